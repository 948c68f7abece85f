import type { Candidate } from "../audit/candidates.ts";
import { namespaceOf, type Openness } from "../audit/openness.ts";
import { takesAudience } from "../audit/audiences.ts";
import type { ClusterAccess, RoleAccess } from "../audit/access-index.ts";
import { namedIn } from "../audit/access-paths.ts";
import { fingerprintOf } from "../audit/rule.ts";
import { subjectTests } from "../audit/subject-tests.ts";
import { aboutRole } from "../audit/subjects.ts";
import type { Reached } from "../audit/token-access.ts";
import { valueOf } from "../model/known.ts";
import { hostPath } from "../model/issuer.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { inCluster } from "./ids.ts";
import type { GraphInput } from "./input.ts";
import { statesOf } from "./states.ts";
import { judgementFacts, type AccessPath } from "./paths.ts";

/**
 * The ways that trust policies leave to tokens: of the ServiceAccounts that they name, one each; of all that match a wildcard,
 * or of all there are, one of the namespace or the cluster as a whole.
 */
export function tokenPaths(input: GraphInput): AccessPath[] {
  return input.audit.access.roles.flatMap((role) =>
    role.byCluster.flatMap((reach) => [...namedPaths(role, reach, input), ...openPaths(role, reach, input)]),
  );
}

function namedPaths(
  { role, trust }: RoleAccess,
  reach: ClusterAccess,
  { findings }: GraphInput,
): AccessPath[] {
  const { cluster, open } = reach;
  const isNamed = open === undefined ? () => true : namedBy(trust, cluster.audited.cluster.issuer);
  const named = namedIn(reach).filter(
    ({ candidate, audience }) => isNamed(candidate) && takesAudience(cluster.audited, audience) !== "no",
  );
  return named.map(({ candidate, audience, judgement }: Reached) => ({
    from: inCluster(cluster.audited.cluster, serviceAccountPath(candidate.ref)),
    to: role.arn,
    serviceAccount: { cluster, ref: candidate.ref },
    means: "token",
    admitted: true,
    state: judgement.verdict === "allow" ? "idle" : "unknown",
    facts: [
      ["by", "its token, by the trust policy only"],
      ...(audience === candidate.audience ? [] : [["with audience", audience] as const]),
      ...judgementFacts(judgement),
    ],
    findings: findings.about(
      role.arn,
      valueOf(candidate.exists) === false ? "missing-account" : "never-annotated",
    ),
  }));
}

/** True for ServiceAccounts that a trust policy names in full, and not by a wildcard. */
function namedBy(
  trust: RoleAccess["trust"],
  issuer: ClusterAccess["cluster"]["audited"]["cluster"]["issuer"],
): (candidate: Candidate) => boolean {
  const tests = subjectTests(trust, hostPath(issuer));
  if (tests === "each") return () => false;
  const names = new Set(tests.filter(({ wildcards }) => !wildcards).map(({ value }) => value));
  return ({ subject }) => names.has(subject);
}

function openPaths(
  { role }: RoleAccess,
  { cluster, open }: ClusterAccess,
  { findings }: GraphInput,
): AccessPath[] {
  if (open === undefined) return [];
  const { cluster: own } = cluster.audited;
  const rule = open.to === "pattern" ? "sub-wildcard" : "sub-missing";
  const found = findings.byFingerprint(fingerprintOf(rule, aboutRole(role.arn), own.arn));
  const about = found === undefined ? [] : [found];
  const states = statesOf(
    about.flatMap((index) => findings.at(index) ?? []),
    true,
  );
  const quiet = open.judgement.verdict === "allow" ? "idle" : "unknown";
  return startsOf(open).map(({ namespace, facts }) => ({
    from: namespace === undefined ? own.arn : inCluster(own, namespace),
    to: role.arn,
    means: "token",
    admitted: true,
    state: states[0] ?? quiet,
    facts: [...facts, ...judgementFacts(open.judgement)],
    findings: about,
  }));
}

type Start = { readonly namespace?: string; readonly facts: AccessPath["facts"] };

/** The namespaces that the patterns keep to, or the cluster if one does not. */
function startsOf({ to, patterns }: Openness): Start[] {
  if (to !== "pattern") {
    const who =
      to === "any-account"
        ? "every ServiceAccount in the cluster"
        : "anyone with a token from any OIDC provider";
    return [{ facts: [["who", who]] }];
  }
  const namespaces = patterns.map(namespaceOf);
  const confined = namespaces.filter((one) => one !== undefined);
  if (confined.length < namespaces.length) return [{ facts: whoMatches(patterns) }];
  return [...new Set(confined)].toSorted().map((namespace) => ({
    namespace,
    facts: whoMatches(patterns.filter((_, at) => namespaces[at] === namespace)),
  }));
}

function whoMatches(patterns: readonly string[]): AccessPath["facts"] {
  return patterns.map((pattern) => ["who", `every ServiceAccount that matches ${pattern}`]);
}
