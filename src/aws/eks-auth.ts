import type { EKSClient } from "@aws-sdk/client-eks";
import { keepPassing } from "../model/secrets.ts";
import { asFailure } from "./call.ts";
import { AssumeRoleForPodIdentityCommand, type EksAuthClient } from "./eks-auth-client.ts";
import { answerOf } from "./errors.ts";
import type { EksAuthPort } from "./port.ts";

/** EKS Auth through the SDK, in the region of the client. */
export function eksAuthAdapter(eks: EKSClient): EksAuthPort {
  // The client knows the operation by its schema; the types of EKS's client list EKS's operations alone.
  const client = eks as unknown as EksAuthClient;
  return {
    async assumeRoleForPodIdentity({ cluster, token }) {
      keepPassing(token);
      try {
        const { assumedRoleUser, podIdentityAssociation, credentials, $metadata } = await client.send(
          new AssumeRoleForPodIdentityCommand({ clusterName: cluster, token }),
        );
        keepPassing(credentials?.secretAccessKey, credentials?.sessionToken);
        const { requestId } = $metadata;
        return {
          accepted: true,
          assumedRoleArn: assumedRoleUser?.arn ?? "",
          associationId: podIdentityAssociation?.associationId ?? "",
          ...(requestId !== undefined && { requestId }),
        };
      } catch (error) {
        const answer = answerOf(error);
        if (answer === undefined || isOfCaller(answer))
          throw asFailure("eks-auth:AssumeRoleForPodIdentity", error);
        return { accepted: false, ...answer };
      }
    },
  };
}

/**
 * True for an error that is about the caller or its credentials, not about the pod's token: EKS Auth uses AccessDenied for
 * both, and IAM names the action where it is the caller who lacks it. Source: issues of eks-pod-identity-agent.
 */
function isOfCaller({ code, message }: { code: string; message: string }): boolean {
  if (code === "AccessDenied") return /eks-auth:AssumeRoleForPodIdentity/.test(message);
  return /^(UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|InvalidClientTokenId|MissingAuthenticationToken|RequestExpired)/.test(
    code,
  );
}
