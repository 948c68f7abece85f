import { listed } from "../../model/known.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import type { AssociationRefusal } from "../association-access.ts";
import type { Rule } from "../rule.ts";
import { aboutServiceAccount, ownerOf } from "../subjects.ts";

/** A Pod Identity association whose role does not allow EKS, or whose target role does not allow the first. */
export const associationRefused: Rule = {
  code: "association-refused",
  title: "a Pod Identity association has a role that does not exist or can't be assumed",
  severity: "high",
  why: `The ServiceAccount's pods get no credentials, although the association exists.`,
  finds: `Associations whose role does not exist, or whose role's trust policy does not allow \`sts:AssumeRole\` and, unless session tags are disabled, \`sts:TagSession\` for \`pods.eks.amazonaws.com\`. The same for target roles and the association's role, whose own policies must allow it to assume the target role. If the result depends on conditions that can't be evaluated, nothing is reported. Roles in other AWS accounts are not checked.`,
  remedies: `Allow \`pods.eks.amazonaws.com\` in the role's trust policy, and the association's role in the target role's trust policy.`,
  sources: [
    "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html",
    "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html",
  ],
  *find({ inventory, access }) {
    if (inventory.roles.state === "unknown") return;
    for (const { audited, outcomes } of access.clusters) {
      for (const association of listed(audited.associations)) {
        const outcome = outcomes.get(association);
        if (outcome?.state !== "refused") continue;
        const { serviceAccount } = association;
        const { at, role } = outcome.refusal;
        yield {
          ...(at === "target" && { about: "target" }),
          subject: aboutServiceAccount(audited.cluster, serviceAccount),
          message: `the ${at === "target" ? "target " : ""}role of the Pod Identity association of ${serviceAccountPath(serviceAccount)} ${reason(outcome.refusal)}`,
          evidence: [
            ["role", association.roleArn],
            ...(at === "target" ? [["target role", role] as const] : []),
            ...ownerOf(association),
          ],
          remedy: { kind: "advice", text: remedy(outcome.refusal, association) },
          namespaces: [serviceAccount.namespace],
        };
      }
    }
  },
};

function reason({ at, why }: AssociationRefusal): string {
  const whom = at === "target" ? "the association's role" : "EKS";
  switch (why) {
    case "not-found":
      return "does not exist";
    case "permission":
      return "can't be assumed: the policies of the association's role don't allow it";
    case "sts:AssumeRole":
      return `does not allow ${whom} to assume it`;
    case "sts:TagSession":
      return `allows ${whom} to assume it, but not sts:TagSession`;
  }
}

function remedy({ at, why }: AssociationRefusal, { withoutSessionTags }: PodIdentityAssociation): string {
  const actions = withoutSessionTags ? "sts:AssumeRole" : "sts:AssumeRole and sts:TagSession";
  if (why === "not-found") return "Create the role, or delete the association";
  if (why === "permission")
    return `Allow ${actions} on the target role in a policy of the association's role`;
  return at === "target"
    ? `Allow ${actions} for the association's role in the target role's trust policy`
    : `Allow ${actions} for the service pods.eks.amazonaws.com in the role's trust policy`;
}
