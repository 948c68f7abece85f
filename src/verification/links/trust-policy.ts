import type { Role } from "../../model/iam-objects.ts";
import { evaluateTrust } from "../../model/trust-policy/evaluate.ts";
import { hasEmptyAudience } from "../../model/service-account-facts.ts";
import type { WebIdentityGrant } from "../../model/trust-policy/grant.ts";
import { webIdentityRequest } from "../../model/trust-policy/request.ts";
import type { LinkFinding, LinkResult } from "../chain.ts";
import { serviceAccountOf, grantOf, isElsewhere, isProved } from "../facts.ts";
import { allowing } from "../fixes-of-trust.ts";
import type { Observed } from "../observed.ts";
import { advice, broken, caution, fault, judged, pass, skipped, unknown } from "../result.ts";
import { diagnose } from "../trust-diagnosis.ts";

/** The role's trust policy allows the ServiceAccount, and not just anyone. */
export function checkTrustPolicy(observed: Observed): LinkResult {
  const { role } = observed;
  const grant = grantOf(observed);
  if (isElsewhere(observed)) {
    if (isProved(observed)) return pass("allows this ServiceAccount, confirmed by STS");
    return unknown("the role is in a different AWS account, which can't be read");
  }
  if (grant === undefined || role.state !== "known" || role.value === undefined)
    return skipped("there is no role to check");
  // An empty audience is reported for the ServiceAccount.
  if (hasEmptyAudience(serviceAccountOf(observed)))
    return skipped("the ServiceAccount's tokens are issued for the API server");
  return checkTrust(observed, role.value.role, grant);
}

function checkTrust(observed: Observed, role: Role, grant: WebIdentityGrant): LinkResult {
  const evaluation = evaluateTrust(role.trust, webIdentityRequest(grant));
  if (evaluation.verdict === "conditional" && !isProved(observed)) {
    const open = evaluation.unknownKeys.join(", ") || "a statement that can't be parsed";
    return unknown(`whether it allows this ServiceAccount depends on ${open}, which can't be evaluated here`);
  }
  if (evaluation.verdict === "deny")
    return broken(refusal(observed, role, grant, diagnose(evaluation, grant)));
  return judged(tooWide(role, grant), "allows this ServiceAccount");
}

function refusal(
  observed: Observed,
  role: Role,
  grant: WebIdentityGrant,
  { code, message, evidence }: ReturnType<typeof diagnose>,
): LinkFinding {
  const ref = serviceAccountOf(observed)?.ref;
  const fix =
    code === "denied-by-statement" || ref === undefined
      ? advice(`Ask the owner of role ${role.name} to change that statement`)
      : allowing(observed, role, grant, ref);
  return fault(code, message, { role: role.arn, ...evidence }, fix);
}

/** Callers that no sane statement allows: their names stand for any. */
function tooWide(role: Role, grant: WebIdentityGrant): LinkFinding[] {
  const admits = (changes: Partial<WebIdentityGrant>): boolean =>
    evaluateTrust(role.trust, webIdentityRequest({ ...grant, ...changes })).verdict === "allow";
  const fix = advice(`Ask the owner of role ${role.name} to require sub and aud with StringEquals`);
  const cautions: LinkFinding[] = [];
  if (admits({ subject: "system:serviceaccount:irsa-stranger:irsa-stranger" })) {
    const message = "the trust policy allows every ServiceAccount in the cluster";
    cautions.push(caution("subject-unpinned", message, { role: role.arn }, fix));
  }
  if (admits({ audience: "irsa-stranger" })) {
    const message = "the trust policy allows any audience";
    cautions.push(caution("audience-unpinned", message, { role: role.arn }, fix));
  }
  return cautions;
}
