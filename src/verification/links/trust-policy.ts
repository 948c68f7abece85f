import type { Role } from "../../model/iam-objects.ts";
import { evaluateTrust } from "../../model/trust-policy/evaluate.ts";
import type { Grant } from "../../model/trust-policy/grant.ts";
import { webIdentityRequest } from "../../model/trust-policy/request.ts";
import type { LinkFinding, LinkResult } from "../chain.ts";
import { serviceAccountOf, annotatedRole, grantOf, isElsewhere, isProved } from "../facts.ts";
import { addTrust } from "../fixes.ts";
import type { Observed } from "../observed.ts";
import { advice, broken, caution, fault, judged, pass, skipped, unknown } from "../result.ts";
import { diagnose } from "../trust-diagnosis.ts";

/** The role's trust policy allows the ServiceAccount, and not just anybody. */
export function checkTrustPolicy(observed: Observed): LinkResult {
  const { role } = observed;
  const grant = grantOf(observed);
  if (isElsewhere(observed)) {
    if (isProved(observed)) return pass("allows the ServiceAccount, by STS's word");
    return unknown("the role is of another AWS account, which can't be read from here");
  }
  if (grant === undefined || role.state !== "seen" || role.value === undefined)
    return skipped("there is no role to look at");
  // An empty audience is the ServiceAccount's fault, and told there.
  if (grant.audience === "") return skipped("the ServiceAccount's tokens are for the API server");
  return checkTrust(observed, role.value.role, grant);
}

function checkTrust(observed: Observed, role: Role, grant: Grant): LinkResult {
  const evaluation = evaluateTrust(role.trust, webIdentityRequest(grant));
  if (evaluation.verdict === "conditional" && !isProved(observed)) {
    const open = evaluation.unknownKeys.join(", ") || "a statement that can't be read";
    return unknown(`whether it allows the ServiceAccount depends on ${open}, which can't be known from here`);
  }
  if (evaluation.verdict === "deny") return broken(refusal(observed, role, diagnose(evaluation, grant)));
  return judged(tooWide(role, grant), "allows the ServiceAccount");
}

function refusal(
  observed: Observed,
  role: Role,
  { code, message, evidence }: ReturnType<typeof diagnose>,
): LinkFinding {
  const ref = serviceAccountOf(observed)?.ref;
  const fix =
    code === "denied-by-statement" || ref === undefined
      ? advice(`The owner of role ${role.name} has to change that statement`)
      : addTrust(observed, ref, annotatedRole(serviceAccountOf(observed)) ?? role.arn);
  return fault(code, message, { role: role.arn, ...evidence }, fix);
}

/** Callers that no sane statement lets in: their names stand for any. */
function tooWide(role: Role, grant: Grant): LinkFinding[] {
  const admits = (changes: Partial<Grant>): boolean =>
    evaluateTrust(role.trust, webIdentityRequest({ ...grant, ...changes })).verdict === "allow";
  const fix = advice(`The owner of role ${role.name} can pin it with StringEquals, as irsa writes it`);
  const cautions: LinkFinding[] = [];
  if (admits({ subject: "system:serviceaccount:irsa-stranger:irsa-stranger" })) {
    const message = "the trust policy lets every account of the cluster in";
    cautions.push(caution("subject-unpinned", message, { role: role.arn }, fix));
  }
  if (admits({ audience: "irsa-stranger" })) {
    const message = "the trust policy takes tokens for any audience";
    cautions.push(caution("audience-unpinned", message, { role: role.arn }, fix));
  }
  return cautions;
}
