import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { parseRoleArn, roleRef } from "../../model/arn.ts";
import type { Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";

/** A Pod Identity association whose role does not let EKS in. */
export const associationRefused: Rule = {
  code: "association-refused",
  title: "a Pod Identity association has a role that does not let EKS in, or is gone",
  severity: "high",
  why: `Pods of the ServiceAccount get no credentials, though the association is there.`,
  finds: `Associations whose role's trust policy does not allow \`sts:AssumeRole\` and \`sts:TagSession\` to \`pods.eks.amazonaws.com\`, or whose role does not exist. Target roles of other AWS accounts are not judged.`,
  remedies: `Let the role trust \`pods.eks.amazonaws.com\`.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html"],
  *find({ inventory, access }) {
    if (inventory.roles === undefined) return;
    for (const one of access.clusters) {
      const { cluster, associations = [] } = one.audited;
      for (const association of associations) {
        const { serviceAccount, roleArn } = association;
        const parsed = parseRoleArn(roleArn);
        if (!parsed.ok || roleRef(parsed.value).awsAccount !== cluster.awsAccount) continue;
        const role = access.find(roleArn);
        const from = role?.byCluster.find((reached) => reached.cluster === one);
        if (from?.associations.some((reached) => reached.association === association) === true) continue;
        yield {
          subject: aboutAccount(cluster, serviceAccount),
          message: `the role of the Pod Identity association of ${serviceAccountPath(serviceAccount)} ${role === undefined ? "does not exist" : "does not let EKS in"}`,
          evidence: [["role", roleArn]],
          remedy: {
            kind: "advice",
            text: "Let the role's trust policy allow sts:AssumeRole and sts:TagSession to the service pods.eks.amazonaws.com",
          },
          namespaces: [serviceAccount.namespace],
        };
      }
    }
  },
};
