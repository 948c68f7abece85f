import { roleRef, type RoleArn } from "../../model/arn.ts";
import type { Judgement } from "../../model/judgement.ts";
import type { PermissionsOf, RolePermissions } from "../../model/role-permissions.ts";
import type { PolicyDocument, Statement } from "../../model/trust-policy/document.ts";
import { evaluateIdentity, identityStatements } from "../../model/trust-policy/identity-policy.ts";
import { matchesAction, matchesPattern, patternOf } from "../../model/trust-policy/match.ts";
import { mayAssume } from "../../model/trust-policy/may-assume.ts";
import { contextOf, type TrustRequest } from "../../model/trust-policy/request.ts";
import { isObject, toList, toStrings } from "../../model/trust-policy/shape.ts";
import { stepsOf, type Steps } from "../../model/trust-policy/steps.ts";
import type { Truth } from "../../model/trust-policy/truth.ts";
import { judge } from "../judge.ts";
import { trustIndexOf, type ChainRole, type TrustIndex } from "./trust-index.ts";

/** That a role can assume another: both its policies and the other's trust policy allow it, or may. */
export interface ChainEdge extends Pick<Judgement, "verdict" | "unknownKeys"> {
  readonly to: RoleArn;
}

/** What a role can assume. @throws TooComplex if that takes more steps than there are */
export type EdgesFrom = (role: RoleArn) => readonly ChainEdge[];

/** Finds which roles a role can assume, each judged once. */
export function edgesOf(roles: readonly ChainRole[], permissionsOf: PermissionsOf, steps: Steps): EdgesFrom {
  const index = trustIndexOf(roles);
  const known = new Map<RoleArn, readonly ChainEdge[]>();
  return (role) => {
    const before = known.get(role);
    if (before !== undefined) return before;
    const edges = edgesFrom(role, permissionsOf(role), index, steps);
    known.set(role, edges);
    return edges;
  };
}

/** What it costs to judge a pair of roles, whatever their policies say. */
export const EDGE_STEPS = 100;

function edgesFrom(
  role: RoleArn,
  permissions: RolePermissions | undefined,
  index: TrustIndex,
  steps: Steps,
): readonly ChainEdge[] {
  const named = new Set([...index.nearTo(role), ...index.namingFromAfar(role)]);
  const anyone = index.openTo(role);
  // So it is of most roles, and their policies need no look.
  if (named.size + anyone.length === 0) return [];
  const own = permissions && { ...permissions, documents: permissions.documents.flatMap(aboutAssuming) };
  // Where a trust policy leaves it to the role's policies, those that were read must say so.
  const isAllowedByOwn = (own?.documents.length ?? 0) > 0;
  const mayBe = mayBeAbout(own?.documents ?? [], steps);
  const open = isAllowedByOwn ? anyone.filter(({ arn }) => mayBe(arn)) : [];
  const targets = [...new Set([...named, ...open])].filter(({ arn }) => arn !== role);
  // So it is still of nearly all, and what follows costs more than what came before.
  if (targets.length === 0) return [];
  const limit = typeof own?.boundary === "object" ? [own.boundary] : [];
  const policies = [...(own?.documents ?? []), ...limit];
  const asksMfa = JSON.stringify(policies).toLowerCase().includes(MFA.toLowerCase());
  const cost = EDGE_STEPS + (asksMfa ? 4 : 2) * stepsOf(policies.flatMap(identityStatements));
  const requests = chainRequests(role);
  return targets.flatMap((target) => {
    steps.spend(cost + 4 * stepsOf(target.trust));
    return edgeTo(role, own, { target, isNamed: named.has(target), requests, asksMfa }) ?? [];
  });
}

interface Step {
  readonly target: ChainRole;
  readonly isNamed: boolean;
  readonly requests: ReturnType<typeof chainRequests>;
  /** True if the role's own policies may differ for the requests. */
  readonly asksMfa: boolean;
}

function edgeTo(
  role: RoleArn,
  permissions: RolePermissions | undefined,
  { target, isNamed, requests, asksMfa }: Step,
): ChainEdge | undefined {
  const permittedAs = (request: TrustRequest): Truth => {
    const readable = isNamed || evaluateIdentity(permissions?.documents ?? [], request, target.arn);
    if (readable !== true && readable.allowed === "no") return "no";
    return mayAssume(role, permissions, target, [request]);
  };
  let known: Truth | undefined;
  const admitted = requests.flatMap((request) => {
    const judged = judge(target.trust, request);
    if (judged === undefined) return [];
    const permitted = asksMfa ? permittedAs(request) : (known ??= permittedAs(request));
    return permitted === "no" ? [] : [{ ...judged, permitted }];
  });
  if (admitted.length === 0) return undefined;
  const isPermitted = admitted.every(({ permitted }) => permitted === "yes");
  const isCertain =
    isPermitted &&
    admitted.length === requests.length &&
    admitted.every(({ verdict }) => verdict === "allow");
  const keys = new Set([
    ...admitted.flatMap(({ unknownKeys }) => unknownKeys),
    ...(admitted.length < requests.length ? [MFA] : []),
    ...(isPermitted ? [] : [`policies of ${roleRef(role).name}`]),
  ]);
  return {
    to: target.arn,
    verdict: isCertain ? "allow" : "conditional",
    unknownKeys: isCertain ? [] : [...keys].toSorted(),
  };
}

const MFA = "aws:MultiFactorAuthPresent";

/**
 * The request with which a session of the role assumes another. What the caller can choose, such as an external ID, is unknown.
 * Nobody has entered a code, of which the session says so or nothing.
 */
export function chainRequests(role: RoleArn): readonly [TrustRequest, TrustRequest] {
  const { partition, awsAccount, name } = roleRef(role);
  const ask = (mfa: readonly string[]): TrustRequest => ({
    // No session is called this, so that no principal that names one session can be taken for it.
    principal: { type: "AWS", arn: `arn:${partition}:sts::${awsAccount}:assumed-role/${name}/*`, awsAccount },
    action: "sts:AssumeRole",
    context: contextOf({
      "aws:PrincipalAccount": awsAccount,
      "aws:PrincipalArn": role,
      "aws:PrincipalIsAWSService": "false",
      "aws:PrincipalType": "AssumedRole",
      [MFA]: mfa,
    }),
    others: "unknown",
  });
  return [ask([]), ask(["false"])];
}

/** The statements that could apply to the request; no document if there are none. */
function aboutAssuming(document: PolicyDocument): readonly PolicyDocument[] {
  const about = toList(document.Statement).filter((statement): statement is Statement => {
    if (!isObject(statement)) return false;
    return (
      statement["NotAction"] !== undefined || matchesAction(toStrings(statement["Action"]), "sts:AssumeRole")
    );
  });
  return about.length === 0 ? [] : [{ ...document, Statement: about }];
}

/** A look at the patterns that people write costs next to nothing: each has a wildcard or two. */
const FREE_PIECES = 60;

/** Whether any of the statements can be about a role, by its `Resource`: most are about one or two. */
function mayBeAbout(documents: readonly PolicyDocument[], steps: Steps): (role: RoleArn) => boolean {
  const statements = documents.flatMap((document) => toList(document.Statement)).filter(isObject);
  const isOpen = statements.some((one) => one["NotResource"] !== undefined);
  const patterns = statements.flatMap((one) => toStrings(one["Resource"]));
  const exact = new Set(patterns.filter((pattern) => !/[*?]/.test(pattern)));
  const compiled = patterns.filter((pattern) => !exact.has(pattern)).map(patternOf);
  if (isOpen || patterns.some((pattern) => pattern.includes("${"))) return () => true;
  const pieces = compiled.reduce((sum, pattern) => sum + pattern.length, 0);
  return (role) => {
    if (exact.has(role)) return true;
    steps.spend(Math.max(0, pieces - FREE_PIECES));
    return compiled.some((pattern) => matchesPattern(pattern, role));
  };
}
