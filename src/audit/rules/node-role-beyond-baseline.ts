import { policyName, roleRef } from "../../model/arn.ts";
import { isNodeBaseline } from "../../model/node-baseline.ts";
import { administratorReasons } from "../administrator-reasons.ts";
import { policiesBeyondBaseline } from "../nodes/beyond-baseline.ts";
import { usedBy } from "../nodes/node-roles.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";

/** Permissions of applications on nodes. */
export const nodeRoleBeyondBaseline: Rule = {
  code: "node-role-beyond-baseline",
  title: "a node role allows more than nodes need",
  severity: "medium",
  why: `A role on the node is a role for every pod on it that reaches the instance metadata service, whatever its ServiceAccount. Permissions of applications belong on roles of their ServiceAccounts.`,
  finds: `Roles of nodes, and those that node classes of Karpenter and EKS Auto Mode give to the next ones, with an attached or inline policy that allows actions beyond those of the AWS managed policies for nodes: AmazonEKSWorkerNodePolicy, AmazonEKSWorkerNodeMinimalPolicy, AmazonEC2ContainerRegistryReadOnly and PullOnly, AmazonEKS_CNI_Policy, AmazonSSMManagedInstanceCore (except reading parameters), AmazonEKSFargatePodExecutionRolePolicy. A wildcard in an action counts as beyond. Deny statements, conditions and resources of the policy are not evaluated. Pod execution roles of Fargate profiles, which pods can't get, have severity low. Roles with administrator access are only reported by node-role-administrator.`,
  remedies: `Move the permissions to roles of the ServiceAccounts that need them, then detach the policy. AmazonEKS_CNI_Policy is better on a role of the ServiceAccount \`aws-node\` too.`,
  sources: [
    "https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html",
    "https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html",
  ],
  *find(audit) {
    const administratorOf = administratorReasons(audit.policies);
    for (const [role, uses] of audit.nodeRoles) {
      const details = audit.details.get(role);
      if (details === undefined || administratorOf(details).length > 0) continue;
      const beyond = policiesBeyondBaseline(role, audit);
      if (beyond.length === 0) continue;
      const hasCni = details.attached.some((arn) => isNodeBaseline(arn) && policyName(arn) === CNI_POLICY);
      yield {
        subject: aboutRole(role),
        severity: uses.every(({ metadata }) => metadata === "none") ? "low" : "medium",
        message: `${roleRef(role).name} allows more than nodes need`,
        evidence: [
          ...beyond,
          ...(hasCni
            ? [[CNI_POLICY, "nodes need it unless the ServiceAccount aws-node has a role"] as const]
            : []),
          ...usedBy(uses),
        ],
        remedy: {
          kind: "advice",
          text: "Give each workload that needs these permissions a role of its own, then detach the policy",
        },
      };
    }
  },
};

const CNI_POLICY = "AmazonEKS_CNI_Policy";
