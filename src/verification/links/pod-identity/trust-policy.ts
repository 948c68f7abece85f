import type { Role } from "../../../model/iam-objects.ts";
import type { PolicyDocument } from "../../../model/trust-policy/document.ts";
import { evaluateTrust, type StatementEvaluation } from "../../../model/trust-policy/evaluate.ts";
import { PODS_SERVICE, podIdentityRequests } from "../../../model/trust-policy/pod-identity-request.ts";
import type { TrustRequest } from "../../../model/trust-policy/request.ts";
import type { LinkFinding, LinkResult } from "../../chain.ts";
import { associationOf, isElsewhere, isProved, podIdentityGrantOf } from "../../facts.ts";
import { allowing } from "../../fixes-of-trust.ts";
import type { Observed } from "../../observed.ts";
import { advice, broken, fault, pass, skipped, unknown } from "../../result.ts";
import type { FindingCode } from "../../rows.ts";
import { valueOf } from "../../../model/known.ts";

/** The role's trust policy allows EKS to assume the role and to tag its sessions. */
export function checkPodsTrust(observed: Observed): LinkResult {
  const { role } = observed;
  const cluster = valueOf(observed.cluster);
  const association = associationOf(observed);
  if (isProved(observed)) return pass("allows EKS, confirmed by EKS");
  if (isElsewhere(observed)) return unknown("the role is in a different AWS account, which can't be read");
  if (
    cluster === undefined ||
    association === undefined ||
    role.state !== "known" ||
    role.value === undefined
  )
    return skipped("there is no role to check");
  const requests = podIdentityRequests(cluster, association);
  const found = refusalBy(role.value.role.trust, requests);
  if (found === undefined) return pass("allows EKS to assume the role for this ServiceAccount");
  if ("open" in found)
    return unknown(`whether it allows EKS depends on ${found.open}, which can't be evaluated here`);
  return broken(refusal(observed, role.value.role, found));
}

/** What a trust policy refuses, or what decides whether it does. */
export type TrustRefusal =
  | { readonly open: string }
  | {
      readonly action: string;
      readonly explicit: boolean;
      /** The statement that comes closest; `undefined` where none is about the caller and the action. */
      readonly nearest: StatementEvaluation | undefined;
    };

/** The first of the requests that the policy does not allow for certain; `undefined` if it allows all. */
export function refusalBy(
  trust: PolicyDocument,
  requests: readonly TrustRequest[],
): TrustRefusal | undefined {
  for (const request of requests) {
    const { verdict, explicit, unknownKeys, statements } = evaluateTrust(trust, request);
    if (verdict === "conditional")
      return { open: unknownKeys.join(", ") || "a statement that can't be parsed" };
    if (verdict === "allow") continue;
    const denying = statements.find(({ effect, applies }) => effect === "Deny" && applies === "yes");
    return { action: request.action, explicit, nearest: explicit ? denying : nearest(statements) };
  }
  return undefined;
}

/** The Allow statement about this caller and action with the fewest conditions that are not met. */
function nearest(statements: readonly StatementEvaluation[]): StatementEvaluation | undefined {
  return statements
    .filter(
      ({ effect, mismatches }) =>
        effect === "Allow" && mismatches.every(({ element }) => element === "Condition"),
    )
    .toSorted((one, other) => one.mismatches.length - other.mismatches.length)[0];
}

/** What a refusal shows as evidence: the condition that is not met, or the statement that denies. */
export function refusalEvidence({ nearest: statement }: Exclude<TrustRefusal, { open: string }>) {
  const [mismatch] = statement?.mismatches ?? [];
  const [unreadable] = statement?.unreadable ?? [];
  if (mismatch !== undefined) {
    const { key = "", operator = "", expected, actual } = mismatch;
    const given = typeof actual === "string" ? actual : actual.join(", ");
    return { condition: `${operator} ${key}`, trusts: expected.join(", "), needs: given };
  }
  if (unreadable !== undefined) return { found: unreadable.value };
  return statement === undefined ? {} : { statement: statement.sid ?? `Statement[${statement.index}]` };
}

function refusal(
  observed: Observed,
  role: Role,
  found: Exclude<TrustRefusal, { open: string }>,
): LinkFinding {
  const evidence = { role: role.arn, action: found.action, ...refusalEvidence(found) };
  const [code, message] = meaning(found);
  const ref = valueOf(observed.serviceAccount)?.ref;
  const grant = podIdentityGrantOf(observed);
  const fix =
    found.explicit || ref === undefined || grant === undefined
      ? advice(`Ask the owner of role ${role.name} to change that statement of the trust policy`)
      : allowing(observed, role, grant, ref);
  return fault(code, message, evidence, fix);
}

function meaning({
  action,
  explicit,
  nearest: statement,
}: Exclude<TrustRefusal, { open: string }>): [FindingCode, string] {
  if (explicit) return ["pods-denied", "a Deny statement in the trust policy denies EKS"];
  if (statement !== undefined) {
    const key = statement.mismatches[0]?.key ?? "a condition";
    return ["pods-condition-unmet", `the trust policy requires another value of ${key}`];
  }
  return action === "sts:TagSession"
    ? [
        "tag-session-missing",
        "the trust policy does not allow sts:TagSession, which EKS needs for session tags",
      ]
    : ["pods-not-trusted", `the trust policy does not allow ${PODS_SERVICE} to assume the role`];
}
