import { listOf, type PolicyDocument, type Statement } from "./document.ts";
import { evaluateStatements, verdictOf, type TrustEvaluation } from "./evaluate.ts";
import type { GrantWay, Stranger } from "./grant-way.ts";
import { isOurSid, POD_IDENTITY, type PodIdentityGrant, type PodIdentityKey } from "./pod-identity-grant.ts";
import { readTrust, type TrustStatement } from "./read.ts";
import type { TrustRequest } from "./request.ts";
import { sameStatement } from "./same.ts";
import { TARGET_ROLE, type TargetRoleGrant, type TargetRoleKey } from "./target-role-grant.ts";
import { WEB_IDENTITY, type WebIdentityGrant, type WebIdentityKey } from "./web-identity-grant.ts";

export { podIdentityStatement, type PodIdentityGrant } from "./pod-identity-grant.ts";
export { type TargetRoleGrant } from "./target-role-grant.ts";
export { webIdentityStatement, type WebIdentityGrant, type WebIdentityKey } from "./web-identity-grant.ts";

/** What one ServiceAccount of one cluster needs from a trust policy, by one of the ways to a role. */
export type Grant = WebIdentityGrant | PodIdentityGrant | TargetRoleGrant;

/** Which statement of a trust policy is ours. */
export type GrantKey = WebIdentityKey | PodIdentityKey | TargetRoleKey;

/** The one place that tells the ways apart. */
function byWay<T>(grant: Grant, use: <One>(way: GrantWay<never, One>, grant: One) => T): T {
  if (grant.way === undefined) return use(WEB_IDENTITY, grant);
  return grant.way === "pod-identity" ? use(POD_IDENTITY, grant) : use(TARGET_ROLE, grant);
}

function isOurs(statement: Statement, key: GrantKey): boolean {
  if (key.way === undefined) return WEB_IDENTITY.isOurs(statement, key);
  return key.way === "pod-identity"
    ? POD_IDENTITY.isOurs(statement, key)
    : TARGET_ROLE.isOurs(statement, key);
}

/** The statement that allows the ServiceAccount and nobody else. */
export function grantStatement(grant: Grant): Statement {
  return byWay(grant, (way, one) => way.statement(one));
}

/** The requests of STS that must all be allowed for the ServiceAccount to get the role. */
export function grantRequests(grant: Grant): readonly TrustRequest[] {
  return byWay(grant, (way, one) => way.requests(one));
}

/** Callers near enough to the grant's own that a wildcard, a prefix match or a forgotten condition would allow them. */
export function strangersTo(grant: WebIdentityGrant): readonly Stranger<WebIdentityGrant>[];
export function strangersTo(grant: Grant): readonly Stranger<Grant>[];
export function strangersTo(grant: Grant): readonly Stranger<Grant>[] {
  if (grant.way === undefined) return WEB_IDENTITY.strangers(grant);
  return grant.way === "pod-identity" ? POD_IDENTITY.strangers(grant) : TARGET_ROLE.strangers(grant);
}

/** How a trust policy judges the grant's holder: of several requests, the one that it treats worst. */
export function evaluateGrant(document: unknown, grant: Grant): TrustEvaluation {
  return evaluateGrantIn(readTrust(document), grant);
}

/** `evaluateGrant` for a policy that has been read, where many grants are put to it. */
export function evaluateGrantIn(trust: readonly TrustStatement[], grant: Grant): TrustEvaluation {
  const evaluations = grantRequests(grant).map((request) => evaluateStatements(trust, request));
  const worst = WORST_FIRST.flatMap((verdict) => evaluations.filter((one) => one.verdict === verdict));
  const [first] = worst;
  if (first === undefined) throw new TypeError("a grant without requests");
  return first;
}

/** The verdict of `evaluateGrantIn` by itself. */
export function verdictOn(trust: readonly TrustStatement[], grant: Grant): TrustEvaluation["verdict"] {
  const verdicts = new Set(grantRequests(grant).map((request) => verdictOf(trust, request)));
  const worst = WORST_FIRST.find((verdict) => verdicts.has(verdict));
  if (worst === undefined) throw new TypeError("a grant without requests");
  return worst;
}

const WORST_FIRST = ["deny", "conditional", "allow"] as const;

/** A trust policy of these statements. */
export function trustPolicy(statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/**
 * The trust policy with a statement that allows the ServiceAccount. Our statement replaces an older one of ours, or is
 * appended; all other statements stay the same objects. A document that needs no change is returned as is.
 */
export function withGrant(document: PolicyDocument | undefined, grant: Grant): PolicyDocument {
  const statement = grantStatement(grant);
  if (document === undefined) return trustPolicy([statement]);
  const statements = listOf(document.Statement);
  const [ours, ...doubles] = statements.filter((one) => isOurs(one, grant));
  if (ours === undefined) return { ...document, Statement: [...statements, statement] };
  const isKept = ours.Sid !== undefined && !isOurSid(ours.Sid);
  const replacement = isKept ? { Sid: ours.Sid, ...statement } : statement;
  if (doubles.length === 0 && sameStatement(ours, replacement)) return document;
  const first = statements.indexOf(ours);
  const kept = statements.filter((one, at) => at === first || !isOurs(one, grant));
  return { ...document, Statement: kept.with(first, replacement) };
}

/**
 * The trust policy without our statements for any of the keys; `undefined` if nothing is left. The document itself if none
 * is ours.
 */
export function withoutGrant(
  document: PolicyDocument,
  ...keys: readonly GrantKey[]
): PolicyDocument | undefined {
  const statements = listOf(document.Statement);
  const kept = statements.filter((one) => !keys.some((key) => isOurs(one, key)));
  if (kept.length === 0) return undefined;
  return kept.length === statements.length ? document : { ...document, Statement: kept };
}

/** Our statements in a trust policy for this key: one, unless someone has added another. */
export function grantStatements(document: PolicyDocument, grant: GrantKey): readonly Statement[] {
  return listOf(document.Statement).filter((one) => isOurs(one, grant));
}

/** The document's characters as IAM counts them, white space between its parts left out. Source: "IAM and AWS STS quotas". */
export function policySize(document: PolicyDocument): number {
  return JSON.stringify(document).length;
}
