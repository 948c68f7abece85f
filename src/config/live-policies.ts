import type { ClusterRef } from "../model/arn.ts";
import type { Unsaid } from "../model/live-file.ts";
import { checkPolicyDocument } from "../model/trust-policy/check.ts";
import { listOf, type PolicyDocument, type Statement } from "../model/trust-policy/document.ts";
import { policySize } from "../model/trust-policy/grant.ts";
import { includesAll, permissionsIn } from "../model/trust-policy/permissions.ts";
import { LIMIT } from "../service-account/create/given-document.ts";
import type { InlinePolicies } from "../model/iam-objects.ts";
import { WELL_KNOWN_POLICIES } from "./well-known-policies/catalog.ts";
import { permissionsOf } from "./well-known-policies/permissions.ts";

/** A role's inline policies in the words of a file. */
export interface SaidPolicies {
  /** The fields of eksctl's well-known policies. */
  readonly wellKnown: readonly string[];
  /** All that no well-known policy says, as one document. */
  readonly document: PolicyDocument | undefined;
  readonly unsaid: readonly Unsaid[];
}

type Named = readonly [name: string, document: PolicyDocument];

/**
 * Says inline policies as a file does: eksctl's well-known ones by name where some of the documents together say exactly
 * that, all others joined to one document.
 */
export function sayPolicies(inline: InlinePolicies, cluster: ClusterRef): SaidPolicies {
  const all = Object.entries(inline);
  const refused = all.flatMap(refusedBy);
  const valid = all.filter((one) => refusedBy(one).length === 0);
  const known = wellKnownAmong(valid, cluster);
  const shorter = saying(known, valid, refused);
  return sizeOf(shorter, cluster) <= LIMIT.inlineCharacters ? shorter : saying([], valid, refused);
}

function saying(
  known: readonly WellKnown[],
  valid: readonly Named[],
  refused: readonly Unsaid[],
): SaidPolicies {
  const named = new Set(known.flatMap(({ names }) => names));
  const { document, left } = joined(valid.filter(([name]) => !named.has(name)));
  return {
    wellKnown: known.map(({ field }) => field),
    document,
    unsaid: [
      ...refused,
      ...left.map(([name, one]) => ({
        what: `the inline policy '${name}' has \${…}, which its version ${one.Version ?? "2008-10-17"} takes literally and the other documents' version does not`,
        document: one,
      })),
    ],
  };
}

/** A file takes no document that IAM's own grammar refuses. */
function refusedBy([name, document]: Named): Unsaid[] {
  const [first] = checkPolicyDocument(document, "identity");
  if (first === undefined) return [];
  return [{ what: `the inline policy '${name}': ${`${first.path} ${first.message}`.trim()}`, document }];
}

interface WellKnown {
  readonly field: string;
  /** The names of the inline policies that say it. */
  readonly names: readonly string[];
}

/** eksctl spreads some of them over several inline policies, and two may have one in common. */
function wellKnownAmong(policies: readonly Named[], cluster: ClusterRef): WellKnown[] {
  return WELL_KNOWN_POLICIES.filter(({ eksctl }) => eksctl).flatMap(({ field }) => {
    const statements = statementsOf([field], cluster);
    if (statements.length === 0) return [];
    const wanted: PolicyDocument = { Version: "2012-10-17", Statement: statements };
    const parts = policies.filter(([, document]) => includesAll(permissionsIn([wanted]), document));
    const isWhole = includesAll(permissionsIn(parts.map(([, document]) => document)), wanted);
    return isWhole ? [{ field, names: parts.map(([name]) => name) }] : [];
  });
}

function statementsOf(fields: readonly string[], cluster: ClusterRef): readonly Statement[] {
  const policies = WELL_KNOWN_POLICIES.filter(({ field }) => fields.includes(field));
  return permissionsOf(
    policies.map((policy) => ({ policy, lists: {}, switches: [] })),
    cluster,
  ).statements;
}

function sizeOf({ wellKnown, document }: SaidPolicies, cluster: ClusterRef): number {
  const statements = [...listOf(document?.Statement), ...statementsOf(wellKnown, cluster)];
  return policySize({ Version: "2012-10-17", Statement: statements });
}

/** One document; what would say something else in the version of the rest is left. */
function joined(policies: readonly Named[]): {
  readonly document: PolicyDocument | undefined;
  readonly left: readonly Named[];
} {
  const [first, ...more] = policies;
  if (first === undefined) return { document: undefined, left: [] };
  if (more.length === 0) return { document: first[1], left: [] };
  const isOld = ([, { Version }]: Named): boolean => Version !== "2012-10-17";
  const bound = policies.filter(([, document]) => JSON.stringify(document).includes("${"));
  const isAllOld = bound.length > 0 && bound.every(isOld);
  const left = isAllOld ? [] : bound.filter(isOld);
  const kept = policies.filter((one) => !left.includes(one));
  const statements = kept.flatMap(([, document]) => listOf(document.Statement));
  const Version = isAllOld ? "2008-10-17" : "2012-10-17";
  return { document: { Version, Statement: withDistinctSids(statements) }, left };
}

/** A document takes each Sid once, and IAM does nothing by it. */
function withDistinctSids(statements: readonly Statement[]): Statement[] {
  const seen = new Set<string>();
  return statements.map((statement) => {
    const { Sid, ...rest } = statement;
    if (Sid === undefined || !seen.has(Sid)) {
      if (Sid !== undefined) seen.add(Sid);
      return statement;
    }
    return rest;
  });
}
