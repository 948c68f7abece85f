import { InvalidArgumentError, type Command } from "commander";
import { LIMITS } from "../../../model/limits.ts";
import type { Problems } from "../../../model/problems.ts";

/** The flags by which a command covers many clusters and AWS accounts. */
export interface TargetsFlags {
  readonly targets?: string;
  readonly allClusters?: boolean;
  readonly concurrency?: number;
}

/** How many targets are read at the same time, unless `--concurrency` says another number. */
export const CONCURRENCY = 8;

/** `--all-clusters`, `--targets` and what goes with them. */
export function addTargetsOptions(command: Command): Command {
  return command
    .optionsGroup("Many clusters and AWS accounts:")
    .option("--all-clusters", "every cluster of the caller's AWS account in --region (several with commas)")
    .option(
      "--targets <file>",
      "every cluster of the AWS accounts in this file (c7n-org's accounts file, also with clusters)",
    )
    .option(
      "--concurrency <number>",
      `AWS accounts that are read at the same time (default: ${CONCURRENCY})`,
      parseConcurrency,
    );
}

/** True where a run covers targets, not the clusters that are named. */
export function coversTargets({ targets, allClusters = false }: TargetsFlags): boolean {
  return allClusters || targets !== undefined;
}

/** What a command says of its flags where it covers targets. */
interface OfTheCommand {
  /** The name of its format for people; beside it, targets are answered as JSON. */
  readonly text?: string;
  /** Flags of its own that work on one cluster alone, with what was given for them. */
  readonly alone?: Readonly<Record<string, unknown>>;
}

/** Notes flags that have no meaning beside `--targets` or `--all-clusters`, or without. */
export function checkTargetsFlags(
  flags: TargetsFlags & {
    readonly cluster?: string | readonly string[];
    readonly kubeconfig?: string;
    readonly context?: string;
    readonly output?: { readonly format: string } | string;
  },
  problems: Problems,
  { text, alone }: OfTheCommand = {},
): void {
  const { targets, allClusters, concurrency } = flags;
  if (!coversTargets(flags)) {
    if (concurrency !== undefined)
      problems.note("--concurrency", String(concurrency), "requires --targets or --all-clusters");
    return;
  }
  if (targets !== undefined && allClusters === true)
    problems.note("--all-clusters", "", "can't be combined with --targets, which covers all clusters");
  const format = typeof flags.output === "object" ? flags.output.format : flags.output;
  if (text !== undefined && format !== text && format !== "json")
    problems.note("--output", "", `must be ${text} or json where many clusters are covered`);
  const used = targets === undefined ? "--all-clusters" : "--targets";
  const { cluster, kubeconfig, context } = flags;
  const single: Readonly<Record<string, unknown>> = { cluster, kubeconfig, context, ...alone };
  for (const [name, given] of Object.entries(single))
    if (given !== undefined && given !== false)
      problems.note(`--${name}`, "", `can't be combined with ${used}`);
}

function parseConcurrency(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= LIMITS.targetsAtOnce) return Number(text);
  throw new InvalidArgumentError(`Use 1 to ${LIMITS.targetsAtOnce}.`);
}
