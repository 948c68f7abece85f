import { aws, type AwsRight } from "../right.ts";
import type { Scope } from "../scope.ts";

/** Commands that cover AWS accounts and read none of their clusters. */
const OF_AWS_ACCOUNTS = new Set(["migrate-trust"]);

/** With `--targets` or `--organization`: what the caller calls before the roles that it assumes call the rest. */
export function targetsRights({ targets }: Scope, commands: readonly string[]): readonly AwsRight[] {
  if (targets === undefined) return [];
  const covers = "every cluster of the AWS accounts";
  return [
    ...(targets.roles.length === 0
      ? []
      : aws("required", "target-role", "assumes the roles of the AWS accounts", "sts:AssumeRole")),
    ...(commands.every((name) => OF_AWS_ACCOUNTS.has(name))
      ? []
      : aws("required", "account", covers, "eks:ListClusters")),
    ...(targets.isOrganization
      ? [
          ...aws("required", "account", "--organization", "organizations:ListAccounts"),
          ...aws(
            "as-used",
            "account",
            "--ou",
            "organizations:ListAccountsForParent",
            "organizations:ListOrganizationalUnitsForParent",
          ),
        ]
      : []),
  ];
}
