import { listOf, type OneOrMany } from "./document.ts";
import { matchesWildcard } from "./match.ts";
import type { KeyValues } from "./variables.ts";

/** Who asks to assume the role. */
export type RequestPrincipal =
  /** By an identity provider: its ARN, or its domain name for those that IAM knows by themselves. */
  | { readonly type: "Federated"; readonly id: string }
  /** An IAM user, role, role session or root, and its account's twelve digits. */
  | { readonly type: "AWS"; readonly arn: string; readonly awsAccount: string }
  /** An AWS service, as `ec2.amazonaws.com`. */
  | { readonly type: "Service"; readonly id: string };

/** A call of STS that a trust policy is to judge. */
export interface TrustRequest {
  readonly principal: RequestPrincipal;
  /** As `sts:AssumeRoleWithWebIdentity`. */
  readonly action: string;
  /** The condition keys, by lower-case name; an empty list says that the key is absent for certain. */
  readonly context: ReadonlyMap<string, readonly string[]>;
  /** What is known of any other key, given by its lower-case name. */
  readonly others: KeyState | ((key: string) => KeyState);
}

/** What is known of a condition key without its values; `present`: the request has it, with whatever value. */
export type KeyState = "absent" | "present" | "unknown";

/** The facts of a web identity call. */
export interface WebIdentity {
  readonly providerArn: string;
  /** The issuer without `https://`. */
  readonly issuerHostPath: string;
  /** The token's `sub`. */
  readonly subject: string;
  /** The token's `aud`; nearly always one. */
  readonly audience: OneOrMany<string>;
  /** Further condition keys that the caller knows, as `aws:RequestedRegion`; an empty list: known to be absent. */
  readonly facts?: Readonly<Record<string, OneOrMany<string>>>;
  /** `absent` where the whole context is known, as inside STS; without it, keys of AWS's own are unknown. */
  readonly others?: "absent";
}

/** The action that exchanges a token for credentials. */
export const WEB_IDENTITY_ACTION = "sts:AssumeRoleWithWebIdentity";

/**
 * The request that STS judges when a pod brings its token. A ServiceAccount's token fills the provider's `aud` and
 * `sub` alone, and its provider is `aws:FederatedProvider`; keys of other providers and services are absent, and so is
 * what only signed requests carry.
 * Source: IAM User Guide, "IAM and AWS STS condition context keys" (web identity federation) and "AWS global
 * condition context keys" (availability); STS API Reference, AssumeRoleWithWebIdentity (an unsigned call).
 */
export function webIdentityRequest(identity: WebIdentity): TrustRequest {
  const { subject, audience, facts = {} } = identity;
  const issuer = identity.issuerHostPath.toLowerCase();
  return {
    principal: { type: "Federated", id: identity.providerArn },
    action: WEB_IDENTITY_ACTION,
    // Thousands are put to the policies of a large file: names are in lower case without looking at each again.
    context: new Map([
      ...(identity.others === undefined ? CALLED_BY_TLS : []),
      [FEDERATED_PROVIDER.toLowerCase(), [identity.providerArn]],
      [`${issuer}:sub`, [subject]],
      [`${issuer}:aud`, listOf(audience)],
      ...contextOf(facts),
    ]),
    others: identity.others ?? ownKeysUnknown,
  };
}

/** What is so of every call of STS by the token itself. */
const CALLED_BY_TLS: readonly (readonly [string, readonly string[]])[] = [
  ["aws:securetransport", ["true"]],
  ["aws:viaawsservice", ["false"]],
];

/** The condition key that holds the ARN of the provider whose token is exchanged. */
export const FEDERATED_PROVIDER = "aws:FederatedProvider";

/** The issuer (host and path) that a provider stands for, which its ARN ends in. */
export function issuerOf(providerArn: string): string {
  return providerArn.slice(providerArn.indexOf("/") + 1);
}

/** The context of a request from condition keys in any case, each with one value or more. */
export function contextOf(keys: Readonly<Record<string, OneOrMany<string>>>): TrustRequest["context"] {
  return new Map(Object.entries(keys).map(([key, values]) => [key.toLowerCase(), listOf(values)]));
}

/** What the request says of a condition key; key names are case-insensitive. */
export function valuesOf(request: TrustRequest, key: string): KeyValues {
  const name = key.toLowerCase();
  const { context, others } = request;
  const values = context.get(name);
  if (values !== undefined) return values;
  const state = typeof others === "function" ? others(name) : others;
  return state === "absent" ? [] : state;
}

/** Keys that need a signature, IAM's own credentials, AssumeRole, or claims that a ServiceAccount's token never has. */
const NEVER_WITH_A_TOKEN = [
  "aws:calledvia*",
  "aws:ec2instancesource*",
  "aws:multifactorauth*",
  "aws:principalarn",
  "aws:principalisawsservice",
  "aws:principalorg*",
  "aws:principalservicename*",
  "aws:principaltag/*",
  "aws:requesttag/*",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceidentity",
  "aws:sourceorg*",
  "aws:tagkeys",
  "aws:tokenissuetime",
  "aws:username",
  "sts:awsservicename",
  "sts:durationseconds",
  "sts:externalid",
  "sts:sourceidentity",
  "sts:transitivetagkeys",
];

function ownKeysUnknown(key: string): "absent" | "unknown" {
  const isOwn = key.startsWith("aws:") || key.startsWith("sts:");
  return isOwn && !NEVER_WITH_A_TOKEN.some((pattern) => matchesWildcard(pattern, key)) ? "unknown" : "absent";
}
