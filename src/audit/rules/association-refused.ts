import { accountPath } from "../../model/service-account-ref.ts";
import { parseRoleArn, roleRef } from "../../model/arn.ts";
import type { Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";

/** A Pod Identity association whose role does not let EKS in. */
export const associationRefused: Rule = {
  code: "association-refused",
  title: "a Pod Identity association has a role that does not let EKS in, or is gone",
  severity: "high",
  why: `Pods of the account get no credentials, though the association is there.`,
  finds: `Associations whose role's trust policy does not allow \`sts:AssumeRole\` and \`sts:TagSession\` to \`pods.eks.amazonaws.com\`, or whose role does not exist. Target roles of other AWS accounts are not judged.`,
  mends: `Let the role trust \`pods.eks.amazonaws.com\`.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html"],
  *find({ inventory, reach }) {
    if (inventory.roles === undefined) return;
    for (const one of reach.clusters) {
      const { cluster, associations = [] } = one.audited;
      for (const association of associations) {
        const { account, roleArn } = association;
        const parsed = parseRoleArn(roleArn);
        if (!parsed.ok || roleRef(parsed.value).account !== cluster.account) continue;
        const role = reach.find(roleArn);
        const from = role?.byCluster.find((reached) => reached.cluster === one);
        if (from?.associations.some((reached) => reached.association === association) === true) continue;
        yield {
          subject: aboutAccount(cluster, account),
          message: `the role of the Pod Identity association of ${accountPath(account)} ${role === undefined ? "does not exist" : "does not let EKS in"}`,
          evidence: [["role", roleArn]],
          mend: {
            kind: "advice",
            text: "Let the role's trust policy allow sts:AssumeRole and sts:TagSession to the service pods.eks.amazonaws.com",
          },
          namespaces: [account.namespace],
        };
      }
    }
  },
};
