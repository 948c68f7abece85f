import type { PolicyDocument, Statement } from "./document.ts";
import {
  evaluateGrant,
  grantStatements,
  strangersTo,
  trustPolicy,
  verdictOn,
  type Grant,
  type WebIdentityGrant,
} from "./grant.ts";
import type { Stranger } from "./grant-way.ts";
import { readTrust, type TrustStatement } from "./read.ts";

/** Why a trust policy must not be written as it is. */
export type GrantProblem =
  /** The policy holds no statement of ours for the grant. */
  | { readonly code: "missing" }
  /** The ServiceAccount does not get in; with `explicit`, since some Deny keeps it out. */
  | { readonly code: "refused"; readonly explicit: boolean }
  /** Whether the ServiceAccount is allowed depends on these condition keys. */
  | { readonly code: "unproven"; readonly unknownKeys: readonly string[] }
  /** Our statement would allow a caller with this value of `what`. */
  | { readonly code: "too-wide"; readonly what: Stranger<Grant>["what"]; readonly value: string };

/**
 * Verifies with the evaluator, immediately before a trust policy is written, that it allows the ServiceAccount, and
 * that our statement in it allows no other namespace, ServiceAccount name or cluster, and no other audience or session.
 * An empty list means verified.
 */
export function judgeGrant(document: PolicyDocument, grant: Grant): readonly GrantProblem[] {
  const ours = grantStatements(document, grant);
  const alone = readTrust(trustPolicy(ours));
  return [
    ...(ours.length === 0 ? [{ code: "missing" } as const] : []),
    ...judgeEntry(document, grant),
    ...strangersTo(grant).flatMap((stranger) => judgeStranger(alone, stranger)),
  ];
}

/**
 * Similar ServiceAccounts that the whole trust policy allows too, or may allow; an empty list proves nothing about
 * ServiceAccounts that it names.
 */
export function neighborsIn(document: PolicyDocument, grant: WebIdentityGrant): readonly string[] {
  const serviceAccounts = strangersTo(grant).filter(
    ({ what }) => what === "namespace" || what === "service-account",
  );
  const trust = readTrust(document);
  return serviceAccounts.flatMap((stranger) =>
    judgeStranger(trust, stranger).length === 0 ? [] : [stranger.caller.subject],
  );
}

/** Our statements for the grant that allow nobody else, each by itself. */
export function soleStatements(document: PolicyDocument, grant: Grant): readonly Statement[] {
  const strangers = strangersTo(grant);
  return grantStatements(document, grant).filter((one) => {
    const alone = readTrust(trustPolicy([one]));
    return strangers.every((stranger) => judgeStranger(alone, stranger).length === 0);
  });
}

function judgeEntry(document: PolicyDocument, grant: Grant): readonly GrantProblem[] {
  const { verdict, explicit, unknownKeys } = evaluateGrant(document, grant);
  if (verdict === "allow") return [];
  return [verdict === "deny" ? { code: "refused", explicit } : { code: "unproven", unknownKeys }];
}

/** A stranger who is allowed one of several requests and not another is kept out. */
function judgeStranger(
  trust: readonly TrustStatement[],
  { what, value, caller }: Stranger<Grant>,
): readonly GrantProblem[] {
  return verdictOn(trust, caller) === "deny" ? [] : [{ code: "too-wide", what, value }];
}
