import { evaluateTrust } from "../../model/trust-policy/evaluate.ts";
import { webIdentityRequest } from "../../model/trust-policy/request.ts";
import type { LinkResult } from "../chain.ts";
import { grantOf } from "../facts.ts";
import type { Observed } from "../observed.ts";
import { advice, broken, fault, pass, skipped, unknown, unseen } from "../result.ts";
import { valueOf } from "../seen.ts";
import { triage } from "../triage.ts";

/** STS takes a token of the account for the role. */
export function checkSts(observed: Observed): LinkResult {
  const { proof } = observed;
  if (proof.state === "unknown") return unseen(proof.failure);
  if (proof.state === "unasked") return skipped("not tried");
  const outcome = proof.value;
  switch (outcome.state) {
    case "accepted":
      return pass("takes a token of the ServiceAccount");
    case "not-permitted":
      return unknown("not tried: no token could be had");
    case "refused":
      return refused(observed, outcome);
  }
}

/** What STS says where something before it is broken: as a rule the same. */
export function skippedSts({ proof }: Observed): LinkResult | undefined {
  const outcome = valueOf(proof);
  if (outcome?.state === "refused") return skipped(`agrees: ${outcome.code}: ${outcome.message}`);
  return outcome?.state === "accepted"
    ? skipped("still takes a token of the ServiceAccount: IAM spreads changes within some seconds")
    : undefined;
}

function refused(
  observed: Observed,
  answer: { readonly code: string; readonly message: string },
): LinkResult {
  const says = `${answer.code}: ${answer.message}`;
  const meaning = triage(answer);
  if (meaning === "transient") return unknown(`STS gives no clear answer: ${says}`);
  if (answer.code === "AccessDenied" && isConditional(observed))
    return unknown(
      "STS refuses a token from here; the trust policy also asks what only the pod's place meets",
    );
  return broken(fault(meaning.code, meaning.message, { "STS says": says }, advice(meaning.advice)));
}

/** True if the trust policy asks what can't be known from here. */
function isConditional(observed: Observed): boolean {
  const grant = grantOf(observed);
  const role = valueOf(observed.role)?.role;
  if (grant === undefined || role === undefined) return false;
  return evaluateTrust(role.trust, webIdentityRequest(grant)).verdict === "conditional";
}
