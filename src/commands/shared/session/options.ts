import { Option, type Command } from "commander";
import type { TellCall } from "../../../aws/tell-calls.ts";
import { parseDuration } from "../../../model/duration.ts";
import { Failure } from "../../../model/failure.ts";
import { SHORT_DIGEST } from "../../../model/plan.ts";

/** The flags by which a command finds AWS and the cluster. */
export interface ClusterFlags {
  readonly cluster?: string;
  /** Where the cluster's name comes from, if not from a flag. */
  readonly clusterFrom?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** No flag of the user's: set by commands that make many calls, which are then retried for longer. */
  readonly adaptiveRetry?: boolean;
  /** No flag of the user's: set by commands that work on CloudFormation stacks. */
  readonly stacks?: boolean;
  /** No flag of the user's: told of every request to AWS. */
  readonly onAwsCall?: TellCall;
}

/** The flags by which a plan is shown and approved. */
export interface PlanFlags {
  readonly approve?: boolean;
  readonly dryRun?: boolean;
  readonly expectPlan?: string;
  readonly exitCode?: boolean;
  readonly showDocuments?: boolean;
  /** The command never writes: nobody is asked whether to do it. */
  readonly showOnly?: boolean;
  /** `document`: what the report has for stdout is neither the text nor the envelope. */
  readonly output: "text" | "json" | "yaml" | "document";
}

const REACH_GROUP = "AWS and the cluster:";

/** `--cluster`, `--region`, `--profile`. */
export function addAwsOptions(command: Command): Command {
  return addPlaceOptions(
    command
      .optionsGroup(REACH_GROUP)
      .option("-c, --cluster <name>", "EKS cluster name or ARN (default: the current kubeconfig context's)"),
  );
}

/** `--cluster` for one cluster or more, `--region`, `--profile`. */
export function addClustersOptions(command: Command): Command {
  return addPlaceOptions(
    command
      .optionsGroup(REACH_GROUP)
      .option(
        "-c, --cluster <name>",
        "EKS cluster name or ARN (repeatable; default: the current kubeconfig context's)",
        gather,
      ),
  );
}

/** `--region` and `--profile` alone, for what names its clusters by flags of its own. */
export function addPlaceOptions(command: Command): Command {
  return command
    .optionsGroup(REACH_GROUP)
    .option("-r, --region <region>", "AWS region (default: AWS_REGION or the profile's region)")
    .option("-p, --profile <name>", "AWS profile (default: AWS_PROFILE)");
}

/** `--kubeconfig` and `--context`, for those who can't connect as EKS describes the cluster. */
export function addKubernetesOptions(command: Command): Command {
  return command
    .optionsGroup(REACH_GROUP)
    .option(
      "--kubeconfig <file>",
      "use this kubeconfig (verified to be the cluster) instead of the endpoint from EKS",
    )
    .option("--context <name>", "kubeconfig context to use");
}

/** What not every plan has: an exit code of its own beside the command's, and policy documents to show. */
type PlanExtra = "--exit-code" | "--show-documents";

/** `--approve` and what goes with it, `without` what would have no meaning; and `-o`, unless it is the command's own. */
export function addPlanOptions(
  command: Command,
  formats: readonly string[] | undefined,
  without: readonly PlanExtra[] = [],
): Command {
  command
    .optionsGroup("Plan and approval:")
    .option("--approve", "apply the plan; without it, the plan is only shown")
    .addOption(new Option("-y, --yes", "the same as --approve").implies({ approve: true }))
    .addOption(new Option("--dry-run", "only show the plan, and don't ask").conflicts(["approve", "yes"]))
    .addOption(
      new Option("--expect-plan <digest>", "apply only if the plan still has this digest").argParser(
        parseDigest,
      ),
    );
  if (!without.includes("--exit-code"))
    command.option("--exit-code", "without --approve, exit 3 if the plan has changes");
  if (!without.includes("--show-documents"))
    command.option("--show-documents", "show policy documents as JSON in the plan");
  return formats === undefined
    ? command
    : command.addOption(
        new Option("-o, --output <format>", "output format").choices(formats).default("text"),
      );
}

/** For flags that may be given again and with commas between values. */
export function gather(value: string, before: readonly string[] = []): string[] {
  return [
    ...before,
    ...value
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== ""),
  ];
}

/** For flags that may be given again, their values taken whole. */
export function gatherWhole(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** `--wait-timeout`; its value is in milliseconds. */
export function waitTimeout(description: string, standard: string): Option {
  return new Option("--wait-timeout <time>", description)
    .argParser(parseTime)
    .default(parseTime(standard), standard);
}

function parseTime(text: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new Failure("input", "invalid-input", `--wait-timeout '${text}' ${parsed.problem}`);
  return parsed.value;
}

/** Part of a plan's digest, enough of it that no other plan has the same. @throws Failure of kind `input` */
export function parseDigest(text: string): string {
  if (text.length >= SHORT_DIGEST && text.length <= 64 && /^[\da-f]+$/i.test(text)) return text;
  throw new Failure(
    "input",
    "invalid-input",
    `--expect-plan '${text}' is not a plan digest; it needs the ${SHORT_DIGEST} hexadecimal digits that the plan shows, or more`,
  );
}

/** The flags with `wait` only where `--wait` or `--no-wait` was typed: commander has `true` for neither. */
export function asTyped<T extends { readonly wait?: boolean }>(flags: T, command: Command): T {
  if (command.getOptionValueSource("wait") === "cli") return flags;
  const { wait: _, ...rest } = flags;
  return rest as T;
}
