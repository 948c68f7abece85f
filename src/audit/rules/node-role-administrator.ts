import { roleRef } from "../../model/arn.ts";
import { administratorReasons } from "../administrator-reasons.ts";
import { usedBy } from "../nodes/node-roles.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";

/** Administrator access on nodes. */
export const nodeRoleAdministrator: Rule = {
  code: "node-role-administrator",
  title: "nodes have administrator access",
  severity: "critical",
  why: `Whoever gets code to run on such a node controls the AWS account. Pods can often get the credentials of their node's role from the instance metadata service, and a container that escapes always can.`,
  finds: `Roles of nodes (managed and self-managed node groups, Karpenter, EKS Auto Mode; also roles that an EC2NodeClass or NodeClass gives to nodes that do not run yet) that have an attached or inline policy that allows \`*\` or \`iam:*\` on all resources, in any notation. Deny statements and conditions of the policy are not evaluated. If the role has a permissions boundary, which may limit it, or is the pod execution role of a Fargate profile, which pods can't get, the severity is high.`,
  remedies: `Attach only the policies that a node needs, and give each workload a role of its own.`,
  sources: [
    "https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html",
    "https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
  ],
  *find(audit) {
    const reasonsOf = administratorReasons(audit.policies);
    for (const [role, uses] of audit.nodeRoles) {
      const details = audit.details.get(role);
      const reasons = details === undefined ? [] : reasonsOf(details);
      if (details === undefined || reasons.length === 0) continue;
      const { boundary } = details;
      const isOfNodes = uses.some(({ metadata }) => metadata !== "none");
      yield {
        subject: aboutRole(role),
        severity: boundary === undefined && isOfNodes ? "critical" : "high",
        message: `${roleRef(role).name} has administrator access, and nodes have this role`,
        evidence: [
          ...reasons,
          ...usedBy(uses),
          ...(boundary === undefined ? [] : [["boundary", boundary] as const]),
        ],
        remedy: {
          kind: "advice",
          text: "Detach the policy, and give each workload that needs it a role of its own",
        },
      };
    }
  },
};
