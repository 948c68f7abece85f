import { roleRef } from "../../../model/arn.ts";
import { valueOf } from "../../../model/known.ts";
import type { LinkResult } from "../../chain.ts";
import { associationOf, isElsewhere, isProved, roleArnOf } from "../../facts.ts";
import { isKept, repairOurs } from "../../fixes.ts";
import type { Observed } from "../../observed.ts";
import { advice, broken, fault, pass, skipped, unknown, unseen } from "../../result.ts";

/** The association's role exists, with exactly its ARN. */
export function checkAssociatedRole(observed: Observed): LinkResult {
  const { role } = observed;
  const arn = roleArnOf(observed);
  const association = associationOf(observed);
  if (association === undefined || arn === undefined) return skipped("the association is unknown");
  if (isProved(observed)) return pass(`${roleRef(arn).name}, confirmed by EKS`);
  if (isElsewhere(observed))
    return unknown(`the role is in AWS account ${roleRef(arn).awsAccount}, which can't be read`);
  if (role.state === "unasked") return skipped("not read");
  if (role.state === "unknown") return unseen(role.failure);
  const actual = role.value?.role.arn;
  if (actual === arn) return pass(`${roleRef(arn).name} exists`);
  const message =
    actual === undefined ? `role '${roleRef(arn).name}' not found` : "the role's ARN differs in path or case";
  const ref = valueOf(observed.serviceAccount)?.ref;
  const isOwned = association.ownerArn !== undefined;
  const fix =
    ref !== undefined && isKept(observed) && !isOwned
      ? repairOurs(observed, ref)
      : advice(
          actual === undefined
            ? "Create the role again with its policies, or associate the ServiceAccount with an existing role"
            : "Associate the ServiceAccount with the role's ARN exactly as IAM returns it",
        );
  const evidence = { association: arn, "there is": actual ?? "none" };
  return broken(fault("associated-role-missing", message, evidence, fix));
}
