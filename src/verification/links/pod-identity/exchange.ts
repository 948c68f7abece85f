import { sessionRoleName } from "../../../model/arn.ts";
import { valueOf } from "../../../model/known.ts";
import { serviceAccountPath } from "../../../model/service-account-ref.ts";
import type { LinkFinding, LinkResult } from "../../chain.ts";
import { isProved } from "../../facts.ts";
import type { Observed } from "../../observed.ts";
import { isPackedTooLarge } from "../../packed-size.ts";
import { advice, broken, fault, pass, skipped, unknown, unseen } from "../../result.ts";

/** EKS exchanges a token of a pod for credentials of the role, or of the target role. */
export function checkExchange(observed: Observed): LinkResult {
  const { proof, association } = observed;
  if (proof.state === "unknown") return unseen(proof.failure);
  if (proof.state === "unasked") {
    return valueOf(association) === undefined
      ? skipped("the association is unknown")
      : unknown("not tried: no pod runs, and EKS only accepts tokens that are bound to a pod");
  }
  const outcome = proof.value;
  switch (outcome.state) {
    case "accepted": {
      const role = sessionRoleName(outcome.assumedRoleArn);
      return isProved(observed)
        ? pass(`EKS gives credentials of ${role} for a pod's token`)
        : unknown(
            `EKS still gives credentials of another role, ${role}: changes of an association take some seconds to propagate`,
          );
    }
    case "not-permitted":
      return unknown(`not tried: ${outcome.reason}`);
    case "refused":
      return refused(outcome, observed);
  }
}

/** EKS's answer if an earlier link is broken: usually it agrees. */
export function skippedExchange({ proof }: Observed): LinkResult | undefined {
  const outcome = valueOf(proof);
  if (outcome?.state === "refused") return skipped(`agrees: ${outcome.code}: ${outcome.message}`);
  return outcome?.state === "accepted"
    ? skipped("still accepts a pod's token: changes take some seconds to propagate")
    : undefined;
}

function refused(
  { code, message }: { readonly code: string; readonly message: string },
  observed: Observed,
): LinkResult {
  const says = `${code}: ${message}`;
  if (code === "Throttling") return unknown(`EKS gave no clear answer: ${says}`);
  const details = valueOf(observed.association)?.details;
  if (isPackedTooLarge({ code, message }) && (details && valueOf(details))?.withoutSessionTags !== true)
    return broken(tooLarge(observed, says));
  const isDenied = code === "AccessDenied";
  const what = isDenied
    ? "EKS may not assume the role, although everything looks right"
    : "EKS rejects a pod's token";
  const fix = isDenied
    ? advice(
        "Verify again after a minute. If it persists, ask an administrator of the AWS organization to check for RCPs on sts:AssumeRole and sts:TagSession",
      )
    : advice("See the error message from AWS, and verify again after a minute");
  return broken(fault("exchange-refused", what, { "EKS says": says }, fix));
}

/** Session tags are what EKS adds by itself: only names, or the association, can make them smaller. */
function tooLarge({ serviceAccount, clusterFlags }: Observed, says: string): LinkFinding {
  const account = valueOf(serviceAccount);
  const path = account === undefined ? [] : [serviceAccountPath(account.ref)];
  return fault(
    "session-tags-too-large",
    "the session tags that EKS adds are too large",
    { "EKS says": says },
    advice(
      "Use shorter names, or disable the association's session tags, after which its roles can't tell ServiceAccounts apart:",
      ["irsa", "update-sa", ...path, "--disable-session-tags", ...clusterFlags],
    ),
  );
}
