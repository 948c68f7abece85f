import { roleRef } from "../../../model/arn.ts";
import { addonOf, type PodIdentityAssociation } from "../../../model/pod-identity.ts";
import type { LinkResult } from "../../chain.ts";
import { valueOf } from "../../../model/known.ts";
import { roleArnOf } from "../../facts.ts";
import { isKept, repairOurs } from "../../fixes.ts";
import type { Observed } from "../../observed.ts";
import { advice, broken, fault, pass, skipped, unseen } from "../../result.ts";

/** The ServiceAccount has an association; whatever manages it is named. */
export function checkAssociation(observed: Observed): LinkResult {
  const { association } = observed;
  if (association.state === "unasked") return skipped("not read");
  if (association.state === "unknown") return unseen(association.failure);
  if (association.value === undefined) {
    const message = "the association that running pods were created with does not exist";
    const ref = valueOf(observed.serviceAccount)?.ref;
    const fix =
      ref !== undefined && isKept(observed)
        ? repairOurs(observed, ref)
        : advice("Create the association again, or restart the workload, whose new pods do without it");
    return broken(fault("association-missing", message, { association: "none" }, fix));
  }
  const { id, details } = association.value;
  if (details.state === "unknown") return unseen(details.failure);
  const role = roleArnOf(observed);
  const name = role === undefined ? details.value.roleArn : roleRef(role).name;
  return pass([id, `role ${name}`, ...ownerOf(details.value)].join(", "));
}

/** Add-ons write the associations that they own. */
function ownerOf(association: PodIdentityAssociation): string[] {
  const { ownerArn } = association;
  if (ownerArn === undefined) return [];
  const addon = addonOf(association);
  return [addon === undefined ? `managed by ${ownerArn}` : `managed by the add-on ${addon}`];
}
