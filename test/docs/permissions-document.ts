import { COMMAND_NAMES, rightsOf, type CommandName } from "../../src/permissions/commands.ts";
import { clusterRightText } from "../../src/permissions/right.ts";

/** docs/permissions.md: what each command calls, and why, from the tables in the code. */
export function permissionsDocument(): string {
  return [
    "# Permissions",
    "",
    "Made from `src/permissions/` by `npm run docs:permissions`. `irsa permissions COMMAND…` prints the IAM policy and the",
    "RBAC roles for commands, ready to apply.",
    "",
    "The policy is narrowed by default, so that whoever has it can't take other rights with it:",
    "",
    "| What | May be done to |",
    "|---|---|",
    "| reads | anything in the AWS account: an annotation may name any role |",
    "| `iam:CreateRole` | names that irsa computes (`--cluster-arn`, `--role-prefix`, `--role-path`), or that `--role-arn` names; with irsa's ownership tags in the request; with `--permissions-boundary`, with that boundary |",
    "| changes and deletion of roles | names that irsa computes or eksctl gave, that carry irsa's ownership tags (`aws:ResourceTag`); those that `--role-arn` names |",
    "| `iam:TagRole` on a role that is not irsa's yet (`adopt`) | roles that eksctl made for this cluster, by its tags; those that `--role-arn` names |",
    "| `iam:AttachRolePolicy`, `iam:DetachRolePolicy` | the policies of `--policy-arn`; without it none is attached, any detached |",
    "| `iam:PutRolePolicy`, `iam:PutRolePermissionsBoundary` | roles with the boundary of `--permissions-boundary`; without it none. Its removal is denied |",
    "| changes of identity providers | those of EKS in the region, or that of `--issuer` |",
    "| instance profiles | those that have the name of such a role |",
    "",
    "`--unrestricted` lifts all of this: whoever has that policy can take every right in the AWS account. With `--namespace` the",
    "cluster's rights are Roles in these namespaces; what RBAC can't limit to them (`create namespaces`) is left out.",
    "",
    "What the narrowing does not prevent: a role of somebody else that has a name of the computed form (ending in `-` and ten",
    "characters) can be tagged as irsa's, because IAM has no condition that tells tagging in CreateRole from tagging later. A",
    "path that is used for nothing else (`--role-path /irsa/`) closes that. IAM shows new tags with a delay; where a call right",
    "after the creation of a role is refused, the same command again finishes the work.",
    "",
    "Whoever may change the trust policies of a cluster's roles can let themselves in: with `UpdateAssumeRolePolicy` goes what",
    "these roles may do, with `adopt` beside it what eksctl's roles of the cluster may do. Give it to whom you trust with that.",
    "",
    "**Required**: the command can't do without. **As used**: a flag, or what is found there, needs it. **Advisory**: without,",
    "it does its work and says less. No command needs `iam:PassRole`, CloudFormation or more than this: the tests compare",
    "the calls on the wire with the printed policies.",
    "",
    ...COMMAND_NAMES.flatMap(section),
  ].join("\n");
}

function section(name: CommandName): string[] {
  const { aws, cluster } = rightsOf([name]);
  const rows = [
    ...aws.map(({ action, level, why }) => [`\`${action}\``, level, why]),
    ...cluster.map((right) => [`\`${clusterRightText(right)}\``, right.level, right.why]),
  ];
  return [
    `## ${name}`,
    "",
    "| AWS action, or right in the cluster | Level | What for |",
    "|---|---|---|",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    ...(cluster.length === 0 ? ["", "In the cluster nothing is called."] : []),
    "",
  ];
}
