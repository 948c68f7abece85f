import {
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  type STSClient,
} from "@aws-sdk/client-sts";
import { keepPassing } from "../model/secrets.ts";
import { answerOf } from "./errors.ts";
import { asFailure } from "./call.ts";
import { bearerToken } from "./bearer-token.ts";
import type { StsPort } from "./port.ts";

/** The shortest session that AssumeRoleWithWebIdentity gives, in seconds. */
const SHORTEST_SESSION = 900;

/** A session policy under which the exchanged credentials can do nothing at all. */
const DENY_ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
});

/** STS through the SDK, in the region of the client. */
export function stsAdapter(client: STSClient): StsPort {
  return {
    async getCaller() {
      try {
        const { Arn, Account } = await client.send(new GetCallerIdentityCommand({}));
        return { arn: Arn ?? "", awsAccount: Account ?? "" };
      } catch (error) {
        throw asFailure("sts:GetCallerIdentity", error);
      }
    },
    async assumeWithToken({ role, token, sessionName }) {
      keepPassing(token);
      const command = new AssumeRoleWithWebIdentityCommand({
        RoleArn: role,
        RoleSessionName: sessionName,
        WebIdentityToken: token,
        DurationSeconds: SHORTEST_SESSION,
        Policy: DENY_ALL,
      });
      try {
        const { AssumedRoleUser, Credentials, $metadata } = await client.send(command);
        keepPassing(Credentials?.SecretAccessKey, Credentials?.SessionToken);
        const { requestId } = $metadata;
        return {
          accepted: true,
          assumedRoleArn: AssumedRoleUser?.Arn ?? "",
          ...(requestId !== undefined && { requestId }),
        };
      } catch (error) {
        const answer = answerOf(error);
        if (answer === undefined) throw asFailure("sts:AssumeRoleWithWebIdentity", error);
        return { accepted: false, ...answer };
      }
    },
    clusterToken: (clusterName) => bearerToken(client, clusterName),
  };
}
