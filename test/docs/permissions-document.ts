import { COMMAND_NAMES, rightsOf, type CommandName } from "../../src/permissions/commands.ts";
import { clusterRightText } from "../../src/permissions/right.ts";

/** docs/permissions.md: what each command calls, and why, from the tables in the code. */
export function permissionsDocument(): string {
  return [
    "# Permissions",
    "",
    "Made from `src/permissions/` by `npm run docs:permissions`. `irsa permissions COMMAND…` prints the IAM policy and the",
    "ClusterRole for commands, ready to apply.",
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
