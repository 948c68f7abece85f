import type { PolicyArn } from "../../model/arn.ts";
import { flag, type CommandWords } from "../../model/command-words.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { ChosenWorkload } from "./choose.ts";

/** What the commands need beside the workload. */
export interface OffNodeTerms {
  readonly file: string;
  /** The permissions boundary of the node's role, which must limit the new one, too. */
  readonly boundary: PolicyArn | undefined;
  readonly clusterFlags: readonly string[];
  readonly serviceAccountExists: boolean;
}

/** The commands that give a workload a role of its own, in their order. */
export function offNodeCommands(
  { workload, target, keepsServiceAccount, isEditable }: ChosenWorkload,
  { file, boundary, clusterFlags, serviceAccountExists }: OffNodeTerms,
): readonly CommandWords[] {
  if (target === undefined) return [];
  const path = serviceAccountPath(target);
  const create: CommandWords = [
    "irsa",
    "create-sa",
    path,
    ...clusterFlags,
    ...flag("--policy-file", file),
    ...(boundary === undefined ? [] : flag("--permissions-boundary", boundary)),
    ...(keepsServiceAccount && serviceAccountExists ? ["--override-existing-serviceaccounts"] : []),
  ];
  if (keepsServiceAccount) return [create, ["irsa", "stale-pods", path, ...clusterFlags, "--restart"]];
  return isEditable ? [create, ["irsa", "use-sa", path, workload, ...clusterFlags]] : [create];
}
