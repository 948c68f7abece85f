import type { ClusterRef } from "./arn.ts";
import type { Brand } from "./brand.ts";
import { base32Digest } from "./digest.ts";
import { invalid, valid, type Parsed } from "./problems.ts";
import type { ServiceAccountRef } from "./service-account-ref.ts";

/** The name of an IAM role, which has been parsed or computed. */
export type RoleName = Brand<"RoleName">;

const LIMIT = 64;
const HASH_LENGTH = 10;
const PREFIX_LIMIT = 40;
/** How much of a computed name is not `-` and hash. */
const READABLE = LIMIT - HASH_LENGTH - 1;

/** A role's name. Source: IAM API Reference, CreateRole (`RoleName`): 1–64 of `[\w+=,.@-]`. */
export function parseRoleName(text: string): Parsed<RoleName> {
  if (text.length > LIMIT) return invalid(`has ${text.length} characters; a role name has at most ${LIMIT}`);
  if (/^[\w+=,.@-]+$/.test(text)) return valid(text as RoleName);
  return invalid("is not a valid role name: IAM allows letters, digits and _+=,.@-");
}

/** A prefix for computed role names; it must leave room for something to recognize before the hash. */
export function parseRolePrefix(text: string): Parsed<string> {
  if (text.length > PREFIX_LIMIT)
    return invalid(`has ${text.length} characters; a role prefix has at most ${PREFIX_LIMIT}`);
  if (/^[\w+=,.@-]*$/.test(text)) return valid(text);
  return invalid("is not a valid role prefix: IAM allows letters, digits and _+=,.@-");
}

/** A role's path. Source: IAM API Reference, CreateRole (`Path`): begins and ends with `/`, 512 at most. */
export function parseRolePath(text: string): Parsed<string> {
  if (text.length <= 512 && /^\/([\x21-\x7e]+\/)?$/.test(text)) return valid(text);
  return invalid("is not a valid role path; it must begin and end with '/', for example /irsa/");
}

/**
 * The name of a ServiceAccount's role, where none is asked for: `<prefix><cluster>-<namespace>-<account>`, cut to fit,
 * `-`, and ten characters that stand for cluster ARN, namespace and ServiceAccount, so that no two ServiceAccounts share a name.
 * Fixed for good: a changed rule would orphan every role made before.
 */
export function computedRoleName(
  cluster: ClusterRef,
  serviceAccount: ServiceAccountRef,
  prefix: string,
): RoleName {
  const hash = hashOf(cluster, serviceAccount);
  const readable = `${prefix}${cluster.name}-${serviceAccount.namespace}-${serviceAccount.name}`;
  return `${cutToFit(readable)}-${hash}` as RoleName;
}

/**
 * An IAM pattern that all names match which are computed with this prefix, for this cluster or for any. It is as narrow as
 * names allow: those of the cluster `prod-eu` match the pattern of `prod` too.
 */
export function computedNamePattern(prefix: string, clusterName?: string): string {
  const hash = "?".repeat(HASH_LENGTH);
  if (clusterName === undefined) return `${prefix}*-${hash}`;
  const head = `${prefix}${clusterName}-`;
  return head.length < READABLE ? `${head}*-${hash}` : `${cutToFit(head)}-${hash}`;
}

function cutToFit(readable: string): string {
  return readable.slice(0, READABLE).replace(/[-.]+$/, "");
}

/**
 * True for a name that was computed for this ServiceAccount, whatever its prefix: the whole of it, not only its end, which
 * whoever picks a ServiceAccount's name could make meet the end of another role's.
 */
export function isComputedFor(name: string, cluster: ClusterRef, serviceAccount: ServiceAccountRef): boolean {
  if (!name.endsWith(`-${hashOf(cluster, serviceAccount)}`)) return false;
  const lengths = Array.from({ length: PREFIX_LIMIT + 1 }, (_, length) => length);
  return lengths.some((length) => computedRoleName(cluster, serviceAccount, name.slice(0, length)) === name);
}

/** Ten characters that stand for a ServiceAccount of a cluster: letters and digits. */
export function hashOf(cluster: Pick<ClusterRef, "arn">, serviceAccount: ServiceAccountRef): string {
  return base32Digest([cluster.arn, serviceAccount.namespace, serviceAccount.name].join("\n"), HASH_LENGTH);
}
