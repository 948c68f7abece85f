import { evaluateTrust } from "../../model/trust-policy/evaluate.ts";
import { webIdentityRequest } from "../../model/trust-policy/request.ts";
import type { LinkResult } from "../chain.ts";
import { grantOf } from "../facts.ts";
import type { Observed } from "../observed.ts";
import { advice, broken, fault, pass, skipped, unknown, unseen } from "../result.ts";
import { valueOf } from "../../model/known.ts";
import { triage } from "../triage.ts";

/** STS accepts a token of the ServiceAccount for the role. */
export function checkSts(observed: Observed): LinkResult {
  const { proof } = observed;
  if (proof.state === "unknown") return unseen(proof.failure);
  if (proof.state === "unasked") return skipped("not tried");
  const outcome = proof.value;
  switch (outcome.state) {
    case "accepted":
      return pass("accepts a token of the ServiceAccount");
    case "not-permitted":
      return unknown("not tried: no token could be requested");
    case "refused":
      return refused(observed, outcome);
  }
}

/** STS's answer if an earlier link is broken: usually it agrees. */
export function skippedSts({ proof }: Observed): LinkResult | undefined {
  const outcome = valueOf(proof);
  if (outcome?.state === "refused") return skipped(`agrees: ${outcome.code}: ${outcome.message}`);
  return outcome?.state === "accepted"
    ? skipped("still accepts a token of the ServiceAccount: IAM propagates changes within some seconds")
    : undefined;
}

function refused(
  observed: Observed,
  answer: { readonly code: string; readonly message: string },
): LinkResult {
  const says = `${answer.code}: ${answer.message}`;
  const meaning = triage(answer);
  if (meaning === "transient") return unknown(`STS gave no clear answer: ${says}`);
  if (answer.code === "AccessDenied" && isConditional(observed))
    return unknown(
      "STS denies a token from this machine; the trust policy has conditions that only the pod's network may meet",
    );
  return broken(fault(meaning.code, meaning.message, { "STS says": says }, advice(meaning.advice)));
}

/** True if the trust policy has conditions that can't be evaluated here. */
function isConditional(observed: Observed): boolean {
  const grant = grantOf(observed);
  const role = valueOf(observed.role)?.role;
  if (grant === undefined || role === undefined) return false;
  return evaluateTrust(role.trust, webIdentityRequest(grant)).verdict === "conditional";
}
