import { InvalidArgumentError, type Command } from "commander";
import { LIMITS } from "../../../model/limits.ts";
import { invalid, valid, type Parsed, type Problems } from "../../../model/problems.ts";
import { gather, gatherWhole } from "../session/options.ts";
import { parseRoleToAssume, parseUnit } from "./organization.ts";

/** The flags by which a command covers many clusters and AWS accounts. */
export interface TargetsFlags {
  readonly targets?: string;
  readonly allClusters?: boolean;
  readonly organization?: boolean;
  readonly ou?: readonly string[];
  readonly assumeRole?: string;
  readonly clusterTag?: readonly string[];
  readonly concurrency?: number;
  readonly resume?: string;
  readonly maxFailures?: number;
}

/** How many targets are read at the same time, unless `--concurrency` says another number. */
export const CONCURRENCY = 8;

/** `--all-clusters`, `--targets` and what goes with them. @param canResume whether a run may go on from an earlier one */
export function addTargetsOptions(command: Command, canResume = true): Command {
  command
    .optionsGroup("Many clusters and AWS accounts:")
    .option("--all-clusters", "every cluster of the caller's AWS account in --region (several with commas)")
    .option(
      "--targets <file>",
      "every cluster of the AWS accounts in this file (c7n-org's accounts file, also with clusters)",
    )
    .option("--organization", "every cluster of the AWS accounts in the caller's organization, in --region");
  addOrganizationOptions(command).option(
    "--cluster-tag <key=value>",
    "with --organization or --all-clusters: only clusters with this tag (repeatable)",
    gatherWhole,
  );
  addConcurrencyOption(command);
  return canResume
    ? command.option(
        "--resume <file>",
        "keep what is done in this file, and go on from it if the run is interrupted (docs/targets.md)",
      )
    : command;
}

/** `--targets` and what goes with it, for a command that changes AWS accounts and reads none of their clusters. */
export function addAwsAccountsOptions(command: Command): Command {
  command
    .optionsGroup("Many AWS accounts:")
    .option("--targets <file>", "the AWS accounts in this file (c7n-org's accounts file)")
    .option("--organization", "the AWS accounts in the caller's organization");
  return addMaxFailuresOption(addConcurrencyOption(addOrganizationOptions(command)));
}

function addOrganizationOptions(command: Command): Command {
  return command
    .option(
      "--ou <id>",
      "with --organization: only AWS accounts in or below this organizational unit (repeatable)",
      gather,
    )
    .option(
      "--assume-role <name>",
      "with --organization: role to assume in each AWS account but the caller's own",
    );
}

function addConcurrencyOption(command: Command): Command {
  return command.option(
    "--concurrency <number>",
    `AWS accounts that are read at the same time (default: ${CONCURRENCY})`,
    parseConcurrency,
  );
}

/** `--max-failures`, for a command that applies plans to targets. */
export function addMaxFailuresOption(command: Command): Command {
  return command.option(
    "--max-failures <count>",
    "AWS accounts that may fail before no others are started (default: 0)",
    parseCount,
  );
}

/** True where a run covers targets, not the clusters that are named. */
export function coversTargets(flags: TargetsFlags): boolean {
  return coveringFlags(flags).length > 0;
}

/** The flags that cover the same targets again. */
export function targetsWords({
  targets,
  allClusters,
  organization,
  ou = [],
  assumeRole,
  clusterTag = [],
}: TargetsFlags) {
  return [
    ...(targets === undefined ? [] : ["--targets", targets]),
    ...(allClusters === true ? ["--all-clusters"] : []),
    ...(organization === true ? ["--organization"] : []),
    ...ou.flatMap((one) => ["--ou", one]),
    ...(assumeRole === undefined ? [] : ["--assume-role", assumeRole]),
    ...clusterTag.flatMap((one) => ["--cluster-tag", one]),
  ];
}

/** The flags by which a run covers targets; of several, all but the first are refused. */
export function coveringFlags({ targets, allClusters, organization }: TargetsFlags): string[] {
  return [
    ...(targets === undefined ? [] : ["--targets"]),
    ...(allClusters === true ? ["--all-clusters"] : []),
    ...(organization === true ? ["--organization"] : []),
  ];
}

/** What a command says of its flags where it covers targets. */
interface OfTheCommand {
  /** The name of its format for people; beside it, targets are answered as JSON. */
  readonly text?: string;
  /** Flags of its own that work on one cluster alone, with what was given for them. */
  readonly alone?: Readonly<Record<string, unknown>>;
  /** It covers AWS accounts, and has no `--all-clusters`. */
  readonly ofAwsAccounts?: boolean;
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
  { text, alone, ofAwsAccounts = false }: OfTheCommand = {},
): void {
  const { concurrency, resume, maxFailures } = flags;
  const [used, second] = coveringFlags(flags);
  checkOrganizationFlags(flags, problems);
  if (used === undefined) {
    const covers = ofAwsAccounts
      ? "requires --targets or --organization"
      : "requires --targets, --organization or --all-clusters";
    for (const [name, given] of Object.entries({ resume, concurrency, "max-failures": maxFailures }))
      if (given !== undefined) problems.note(`--${name}`, String(given), covers);
    return;
  }
  if (second !== undefined) problems.note(second, "", `can't be combined with ${used}`);
  const format = typeof flags.output === "object" ? flags.output.format : flags.output;
  if (text !== undefined && format !== text && format !== "json")
    problems.note("--output", "", `must be ${text} or json where many clusters are covered`);
  const { cluster, kubeconfig, context } = flags;
  const single: Readonly<Record<string, unknown>> = { cluster, kubeconfig, context, ...alone };
  for (const [name, given] of Object.entries(single))
    if (given !== undefined && given !== false)
      problems.note(`--${name}`, "", `can't be combined with ${used}`);
}

function checkOrganizationFlags(flags: TargetsFlags, problems: Problems): void {
  const { organization = false, allClusters = false, ou = [], assumeRole, clusterTag = [] } = flags;
  problems.all("--ou", ou, parseUnit);
  problems.maybe("--assume-role", assumeRole, parseRoleToAssume);
  problems.all("--cluster-tag", clusterTag, parseClusterTag);
  if (organization && assumeRole === undefined)
    problems.note("--organization", "", "requires --assume-role, the role to assume in each AWS account");
  for (const [name, given] of [
    ["--ou", ou[0]],
    ["--assume-role", assumeRole],
  ] as const)
    if (given !== undefined && !organization) problems.note(name, given, "requires --organization");
  if (clusterTag[0] !== undefined && !organization && !allClusters)
    problems.note("--cluster-tag", clusterTag[0], "requires --organization or --all-clusters");
}

/** A tag of clusters, as `env=prod`. */
export function parseClusterTag(text: string): Parsed<readonly [key: string, value: string]> {
  const at = text.indexOf("=");
  return at > 0 ? valid([text.slice(0, at), text.slice(at + 1)]) : invalid("is not a tag; use KEY=VALUE");
}

function parseConcurrency(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= LIMITS.targetsAtOnce) return Number(text);
  throw new InvalidArgumentError(`Use 1 to ${LIMITS.targetsAtOnce}.`);
}

function parseCount(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Use 0 or more.");
}
