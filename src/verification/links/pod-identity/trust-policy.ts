import type { Role } from "../../../model/iam-objects.ts";
import { PODS_SERVICE, podIdentityRequests } from "../../../model/trust-policy/pod-identity-request.ts";
import { refusalBy, refusalEvidence, type TrustRefusal } from "../../../model/trust-policy/refusal.ts";
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
