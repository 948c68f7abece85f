import type { Command } from "commander";
import type { Problems } from "../../model/problems.ts";
import { parseRoleName, type RoleName } from "../../model/role-name.ts";
import { fromOperator, type FromOperator } from "../../model/source.ts";
import { gather } from "./session/options.ts";

/** `--allow-shared-role`, as commander gives it. */
export interface SharedRoleFlags {
  readonly allowSharedRole?: readonly string[];
}

/** `--allow-shared-role`, for commands that grant permissions to roles. */
export function addSharedRoleOption(command: Command): Command {
  return command.option(
    "--allow-shared-role <name>",
    "change this role even though others can assume it (repeatable)",
    gather,
  );
}

/** `--override-engine`, as commander gives it. */
export interface EngineFlags {
  readonly overrideEngine?: boolean;
}

/** `--override-engine`, for commands that change or delete roles. */
export function addEngineOption(command: Command): Command {
  return command.option(
    "--override-engine",
    "change roles even though CloudFormation, Terraform, ACK, … manages them and would overwrite it",
  );
}

/** The names that were given. */
export function parseSharedRoles(
  { allowSharedRole = [] }: SharedRoleFlags,
  problems: Problems,
): readonly FromOperator<RoleName>[] {
  const given = allowSharedRole.map((text) => ({ where: "--allow-shared-role", text: fromOperator(text) }));
  return problems.each(given, parseRoleName);
}
