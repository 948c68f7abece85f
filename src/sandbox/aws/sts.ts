import { AwsError, maybeText, text, type AwsRequest, type Backend, type WireResponse } from "./exchange.ts";
import { newSessionKey, type KeyStore } from "./key-store.ts";
import type { AccessKey, Principal } from "./principals.ts";
import { grantWebIdentity, type AssumableRole, type WebIdentityLookups } from "./web-identity.ts";
import { answer, type Result } from "./wire-format.ts";

/** What STS needs from its world. */
export interface StsOptions {
  readonly keys: KeyStore;
  readonly lookups: WebIdentityLookups;
}

const DEFAULT_DURATION = "3600";

/**
 * STS, as far as it is used here: GetCallerIdentity and AssumeRoleWithWebIdentity. The credentials that it gives are keys
 * of the world's key store from then on. Source: STS API Reference.
 */
export function stsBackend(options: StsOptions): Backend {
  return async (request) => {
    if (request.action === "GetCallerIdentity") return callerIdentity(request, options.keys);
    if (request.action === "AssumeRoleWithWebIdentity") return assumeRoleWithWebIdentity(request, options);
    throw new AwsError(
      400,
      "InvalidAction",
      `Could not find operation ${request.action} for version 2011-06-15`,
    );
  };
}

function callerIdentity(request: AwsRequest, keys: KeyStore): WireResponse {
  const key = keys.find(request.accessKeyId ?? "");
  if (key === undefined) {
    throw new AwsError(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
  }
  const { arn, userId, account } = key.principal;
  return answer(request, { Arn: arn, UserId: userId, Account: account });
}

async function assumeRoleWithWebIdentity(request: AwsRequest, options: StsOptions): Promise<WireResponse> {
  const { parameters } = request;
  const { keys, lookups } = options;
  const durationSeconds = Number(maybeText(parameters, "DurationSeconds") ?? DEFAULT_DURATION);
  const sessionName = text(parameters, "RoleSessionName");
  const grant = await grantWebIdentity(
    {
      token: text(parameters, "WebIdentityToken"),
      roleArn: text(parameters, "RoleArn"),
      sessionName,
      durationSeconds,
      region: request.region,
    },
    lookups,
  );
  const key = newSessionKey(sessionPrincipal(grant.role, sessionName), durationSeconds, lookups.now());
  keys.add(key);
  return answer(request, {
    ...sessionResult(key),
    SubjectFromWebIdentityToken: grant.subject,
    Audience: grant.audience,
    Provider: grant.providerArn,
  });
}

/** The session that a role's credentials act as: `arn:aws:sts::<account>:assumed-role/<role's name>/<session>`. */
export function sessionPrincipal(
  role: Pick<AssumableRole, "arn" | "roleId">,
  sessionName: string,
): Principal {
  const [, partition = "aws", , , account = ""] = role.arn.split(":");
  const name = role.arn.slice(role.arn.lastIndexOf("/") + 1);
  const arn = `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`;
  return { arn, account, userId: `${role.roleId}:${sessionName}` };
}

function sessionResult(key: AccessKey): Result {
  return {
    AssumedRoleUser: { Arn: key.principal.arn, AssumedRoleId: key.principal.userId },
    Credentials: {
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
      SessionToken: key.sessionToken,
      Expiration: new Date(key.expires ?? 0),
    },
  };
}
