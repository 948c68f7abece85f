import { grantRole, type Caller } from "./assume-role.ts";
import { AwsError, maybeText, text, type AwsRequest, type Backend, type WireResponse } from "./exchange.ts";
import { checkedPermissions } from "./iam/permission-grammar.ts";
import { newSessionKey, type Keys } from "./key-store.ts";
import { unknownOperation } from "./operation.ts";
import type { AccessKey, Principal } from "./principals.ts";
import type { AssumableRole, SessionRequest } from "./session-request.ts";
import { grantWebIdentity, type WebIdentityLookups } from "./web-identity.ts";
import { answer, type Result } from "./wire-format.ts";

/** What STS needs from its world. */
export interface StsOptions {
  readonly keys: Keys;
  readonly lookups: WebIdentityLookups;
}

type StsOperation = (request: AwsRequest, options: StsOptions) => Promise<Result>;

/** The operations that are emulated, by name. */
export const STS_OPERATIONS: Readonly<Record<string, StsOperation>> = {
  GetCallerIdentity: callerIdentity,
  AssumeRole: assumeRole,
  AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
};

/**
 * STS, as far as it is used here. The credentials that it gives are keys of its world from then on.
 * Source: STS API Reference, the operations named.
 */
export function stsBackend(options: StsOptions): Backend {
  return async (request): Promise<WireResponse> => {
    const operation = STS_OPERATIONS[request.action];
    if (operation === undefined) throw unknownOperation(request);
    return answer(request, await operation(request, options));
  };
}

async function callerIdentity(request: AwsRequest, { keys }: StsOptions): Promise<Result> {
  const { arn, userId, awsAccount } = callerKey(request, keys).principal;
  return { Arn: arn, UserId: userId, Account: awsAccount };
}

async function assumeRole(request: AwsRequest, options: StsOptions): Promise<Result> {
  const { lookups, keys } = options;
  const wanted = sessionRequest(request);
  const externalId = maybeText(request.parameters, "ExternalId");
  const found = await lookups.role(wanted.roleArn);
  const by = await callerOf(callerKey(request, keys), lookups);
  const role = grantRole({ ...wanted, externalId }, by, found, lookups.now());
  return sessionResult(newSession(role, wanted, options, by.tags));
}

async function assumeRoleWithWebIdentity(request: AwsRequest, options: StsOptions): Promise<Result> {
  const wanted = sessionRequest(request);
  const token = text(request.parameters, "WebIdentityToken");
  const grant = await grantWebIdentity({ ...wanted, token }, options.lookups);
  return {
    ...sessionResult(newSession(grant.role, wanted, options)),
    SubjectFromWebIdentityToken: grant.subject,
    Audience: grant.audience,
    Provider: grant.providerArn,
  };
}

function sessionRequest({ parameters, region }: AwsRequest): SessionRequest {
  const policy = maybeText(parameters, "Policy");
  if (policy !== undefined) checkedPermissions(policy);
  return {
    roleArn: text(parameters, "RoleArn"),
    sessionName: text(parameters, "RoleSessionName"),
    durationSeconds: Number(maybeText(parameters, "DurationSeconds") ?? "3600"),
    region,
  };
}

/** A session stands for its role, whose path is not in the session's ARN. */
async function callerOf(
  { principal, transitiveTags: tags = {} }: AccessKey,
  lookups: WebIdentityLookups,
): Promise<Caller> {
  const roleArn = principal.arn.replace(
    /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/,
    "arn:$1:iam::$2:role/$3",
  );
  const role = roleArn === principal.arn ? undefined : await lookups.role(roleArn);
  return { ...principal, principalArn: role?.arn ?? roleArn, tags };
}

function callerKey(request: AwsRequest, keys: Keys): AccessKey {
  const key = keys.find(request.accessKeyId ?? "");
  if (key !== undefined) return key;
  throw new AwsError(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
}

/** @param tags those that the caller's session passes on */
function newSession(
  role: AssumableRole,
  wanted: SessionRequest,
  { keys, lookups }: StsOptions,
  tags: Caller["tags"] = {},
): AccessKey {
  const principal = sessionPrincipal(role, wanted.sessionName);
  const made = newSessionKey(principal, wanted.durationSeconds, lookups.now());
  const key = Object.keys(tags).length === 0 ? made : { ...made, transitiveTags: tags };
  keys.add(key);
  return key;
}

/** The session that a role's credentials act as: `arn:aws:sts::<account>:assumed-role/<role's name>/<session>`. */
export function sessionPrincipal(
  role: Pick<AssumableRole, "arn" | "roleId">,
  sessionName: string,
): Principal {
  const [, partition = "aws", , , awsAccount = ""] = role.arn.split(":");
  const name = role.arn.slice(role.arn.lastIndexOf("/") + 1);
  const arn = `arn:${partition}:sts::${awsAccount}:assumed-role/${name}/${sessionName}`;
  return { arn, awsAccount, userId: `${role.roleId}:${sessionName}` };
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
