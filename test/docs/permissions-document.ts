import { COMMAND_NAMES, rightsOf, type CommandName } from "../../src/permissions/commands.ts";
import { clusterRightText } from "../../src/permissions/right.ts";

/** docs/permissions.md: what each command calls, and why, from the tables in the code. */
export function permissionsDocument(): string {
  return [
    "# Permissions",
    "",
    "Generated from `src/permissions/` by `npm run docs:permissions`. `irsa permissions COMMAND…` prints the IAM policy and",
    "the RBAC roles for commands, ready to apply.",
    "",
    "The policy is narrowed by default, so that its holder can't use it to obtain other permissions:",
    "",
    "| Permission | Allowed on |",
    "|---|---|",
    "| reads | anything in the AWS account: an annotation can have any role |",
    "| `iam:CreateRole` | names that irsa computes (`--cluster-arn`, `--role-prefix`, `--role-path`), or that are given with `--role-arn`; with irsa's ownership tags in the request; with `--permissions-boundary`, with that boundary |",
    "| changing and deleting roles | names that irsa computes or eksctl generated, with irsa's ownership tags (`aws:ResourceTag`); those given with `--role-arn` |",
    "| `iam:TagRole` on a role that irsa does not manage yet (`adopt`) | roles that eksctl created for this cluster, by its tags; those given with `--role-arn` |",
    "| `iam:AttachRolePolicy`, `iam:DetachRolePolicy` | the policies given with `--policy-arn`; without it, none can be attached and any can be detached |",
    "| `iam:PutRolePolicy`, `iam:PutRolePermissionsBoundary` | roles with the boundary given with `--permissions-boundary`; without it, none. Removing the boundary is denied |",
    "| changing identity providers | those of EKS in the region, or the one given with `--issuer` |",
    "| instance profiles | those with the name of such a role |",
    "",
    "`--unrestricted` removes all of these limits: its holder can obtain every permission in the AWS account. With",
    "`--namespace`, the cluster permissions are Roles in these namespaces; what RBAC can't limit to them (`create namespaces`)",
    "is left out.",
    "",
    "What the narrowing does not prevent: an unmanaged role whose name has the computed form (ending in `-` and ten",
    "characters) can be tagged as irsa's, because IAM has no condition that distinguishes tagging in CreateRole from tagging",
    "later. A path that is used for nothing else (`--role-path /irsa/`) prevents it. IAM shows new tags with a delay; if a call",
    "immediately after the creation of a role is refused, running the same command again completes the work.",
    "",
    "Anyone who can change the trust policies of a cluster's roles can allow themselves to assume these roles: with",
    "`UpdateAssumeRolePolicy` they get the permissions of these roles, and with `adopt` those of eksctl's roles of the cluster.",
    "Give this policy only to people and pipelines that may have these permissions.",
    "",
    "**Required**: the command can't run without it. **As used**: required by a flag, or by what is found. **Advisory**:",
    "without it, the command works but reports less. No command needs `iam:PassRole`, and only `adopt --release-stacks` needs",
    "CloudFormation. The printed roles leave out `get secrets`, which RBAC can't limit to the names of keys: without it, `verify`",
    "warns where a container has variables from a Secret. No command needs more than this: the tests compare the calls on the",
    "wire with the printed policies.",
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
    "| AWS action or Kubernetes permission | Level | Reason |",
    "|---|---|---|",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    ...(cluster.length === 0 ? ["", "No Kubernetes permissions are needed."] : []),
    "",
  ];
}
