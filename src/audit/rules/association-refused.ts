import { listed } from "../../model/known.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { parseRoleArn, roleRef, type RoleArn } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import type { AccessIndex, ClusterCandidates } from "../access-index.ts";
import type { Found, Rule } from "../rule.ts";
import { aboutServiceAccount } from "../subjects.ts";

/** A Pod Identity association whose role does not allow EKS. */
export const associationRefused: Rule = {
  code: "association-refused",
  title: "a Pod Identity association has a role that does not exist or does not trust EKS",
  severity: "high",
  why: `The ServiceAccount's pods get no credentials, although the association exists.`,
  finds: `Associations whose role does not exist, or whose role's trust policy does not allow \`sts:AssumeRole\` and \`sts:TagSession\` for \`pods.eks.amazonaws.com\`. Target roles that do not allow the first role. Roles in other AWS accounts are not checked.`,
  remedies: `Allow \`pods.eks.amazonaws.com\` in the role's trust policy.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html"],
  *find({ inventory, access }) {
    if (inventory.roles.state === "unknown") return;
    for (const one of access.clusters) {
      const { cluster, associations } = one.audited;
      for (const association of listed(associations)) {
        const { serviceAccount, roleArn } = association;
        const parsed = parseRoleArn(roleArn);
        if (!parsed.ok || roleRef(parsed.value).awsAccount !== cluster.awsAccount) continue;
        const role = access.find(roleArn);
        const from = role?.byCluster.find((reached) => reached.cluster === one);
        if (from?.associations.some((reached) => reached.association === association) === true) {
          const refused = refusedTarget(association, one, access);
          if (refused !== undefined) yield targetFinding(association, cluster, refused);
          continue;
        }
        yield {
          subject: aboutServiceAccount(cluster, serviceAccount),
          message: `the role of the Pod Identity association of ${serviceAccountPath(serviceAccount)} ${role === undefined ? "does not exist" : "does not trust EKS"}`,
          evidence: [["role", roleArn]],
          remedy: {
            kind: "advice",
            text: "Allow sts:AssumeRole and sts:TagSession for the service pods.eks.amazonaws.com in the role's trust policy",
          },
          namespaces: [serviceAccount.namespace],
        };
      }
    }
  },
};

/** The association's target role, if it is in the cluster's AWS account and the first role can't assume it. */
function refusedTarget(
  association: PodIdentityAssociation,
  one: ClusterCandidates,
  access: AccessIndex,
): RoleArn | undefined {
  const target = parseRoleArn(association.targetRoleArn ?? "");
  if (!target.ok || roleRef(target.value).awsAccount !== one.audited.cluster.awsAccount) return undefined;
  const from = access.find(target.value)?.byCluster.find((reached) => reached.cluster === one);
  const isAllowed = from?.associations.some(
    (reached) => reached.association === association && reached.through !== undefined,
  );
  return isAllowed === true ? undefined : target.value;
}

function targetFinding(
  { serviceAccount, roleArn }: PodIdentityAssociation,
  cluster: ClusterWithIssuer,
  target: RoleArn,
): Found {
  return {
    about: "target",
    subject: aboutServiceAccount(cluster, serviceAccount),
    message: `the target role of the Pod Identity association of ${serviceAccountPath(serviceAccount)} does not exist or does not allow the association's role`,
    evidence: [
      ["role", roleArn],
      ["target role", target],
    ],
    remedy: {
      kind: "advice",
      text: "Allow sts:AssumeRole and, unless session tags are disabled, sts:TagSession for the association's role in the target role's trust policy",
    },
    namespaces: [serviceAccount.namespace],
  };
}
