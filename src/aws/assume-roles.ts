import { AssumeRoleCommand, STSClient, type STSClientConfig } from "@aws-sdk/client-sts";
import type { credentialChain } from "./credential-chain.ts";
import { roleRef, type RoleArn } from "../model/arn.ts";
import { Failure } from "../model/failure.ts";
import { sessionKeeper, type keepSessionSecret } from "../model/secrets.ts";
import { asFailure } from "./call.ts";
import { QueryProtocol } from "./query-protocol.ts";

/** Roles that are assumed one after the other, each with the credentials of the one before. */
export interface AssumedRoles {
  readonly roles: readonly RoleArn[];
  /** Given to STS with each of them; never shown. */
  readonly externalId?: string;
}

type Provider = ReturnType<typeof credentialChain>;

/** The name of our sessions in CloudTrail. */
const SESSION_NAME = "irsa";
/** Credentials are taken for expired so many milliseconds before they are: a call may be tried again for a while. */
const EARLY = 300_000;

/**
 * The credentials of roles, shared by all clients, in every region, and renewed before they expire. STS is called in the
 * region of the caller: that of the role may not be enabled in the caller's AWS account.
 */
export function assumedCredentials(
  from: Pick<STSClientConfig, "requestHandler" | "maxAttempts" | "retryStrategy"> & {
    readonly region: string;
    readonly credentials: Provider;
  },
  { roles, externalId }: AssumedRoles,
): Provider {
  const keep = sessionKeeper();
  return roles.reduce(
    (credentials, role) => kept(() => assume({ ...from, credentials }, role, externalId, keep)),
    from.credentials,
  );
}

/** A provider that is asked again only when what it gave expires. */
function kept(ask: Provider): Provider {
  let last: ReturnType<Provider> | undefined;
  let expires = 0;
  return () => {
    if (last === undefined || Date.now() > expires) {
      expires = Infinity;
      last = ask();
      last.then(
        ({ expiration }) => (expires = (expiration?.getTime() ?? Infinity) - EARLY),
        () => (last = undefined),
      );
    }
    return last;
  };
}

async function assume(
  config: STSClientConfig,
  role: RoleArn,
  externalId: string | undefined,
  keep: typeof keepSessionSecret,
): ReturnType<Provider> {
  const client = new STSClient({ ...config, protocol: QueryProtocol });
  const command = new AssumeRoleCommand({
    RoleArn: role,
    RoleSessionName: SESSION_NAME,
    ...(externalId !== undefined && { ExternalId: externalId }),
  });
  try {
    const { Credentials: given } = await client.send(command);
    if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined)
      throw new Failure("failed", "unexpected-answer", "sts:AssumeRole: the answer has no credentials");
    keep(given.SecretAccessKey, given.SessionToken);
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      ...(given.SessionToken !== undefined && { sessionToken: given.SessionToken }),
      ...(given.Expiration !== undefined && { expiration: given.Expiration }),
      accountId: roleRef(role).awsAccount,
    };
  } catch (error) {
    throw ofRole(asFailure("sts:AssumeRole", error), role, externalId);
  }
}

/** The failure with the role that it is about, and without the external ID: an endpoint may repeat what it was sent. */
function ofRole({ kind, code, message, detail }: Failure, role: RoleArn, externalId = ""): Failure {
  const without = (text: string): string => (externalId === "" ? text : text.replaceAll(externalId, "…"));
  const facts = [["role", role] as const, ...(detail.facts ?? [])];
  return new Failure(kind, code, without(message), {
    ...(detail.advice !== undefined && { advice: detail.advice }),
    ...(detail.command !== undefined && { command: detail.command }),
    facts: facts.map(([label, value]) => [label, [value].flat().map(without)]),
  });
}
