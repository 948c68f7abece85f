import { Command } from "commander";
import { Problems } from "../../model/problems.ts";
import { kindWord } from "../../model/workload-kinds.ts";
import { parseWorkloadName } from "../../model/workload-name.ts";
import type { Binding } from "../../manifests/bind-manifests.ts";
import type { CommandContext } from "../command-context.ts";
import {
  addAwsOptions,
  addKubernetesOptions,
  addPlanOptions,
  asTyped,
  gatherWhole,
  waitTimeout,
} from "../shared/session/options.ts";
import {
  addServiceAccountArgument,
  addServiceAccountFlags,
  takeServiceAccount,
  type ServiceAccountFlags,
} from "../shared/service-account-argument.ts";
import type { UseSaFlags } from "./flags.ts";

const EXAMPLES = `
In the cluster (without --file), Deployments, DaemonSets, StatefulSets, CronJobs and Argo Rollouts can be edited; those that
Helm, Argo CD, Flux or an operator would revert are refused. A Job's template is immutable: use --file.

Examples:
  irsa use-sa amazon-cloudwatch/cloudwatch-agent -f cwagent-daemonset.yaml | kubectl apply -f -
  irsa use-sa amazon-cloudwatch/cloudwatch-agent -f manifests/ --in-place
  irsa use-sa shop/orders deployment/orders --cluster my-cluster           # show the plan
  irsa use-sa shop/orders deployment/orders --cluster my-cluster --approve # apply, wait for the rollout, check a new pod
  irsa use-sa shop/orders deployment/orders cronjob/report -f shop.yaml    # only these two in the file
`;

/** `irsa use-sa`: sets the ServiceAccount of a workload's pods, in its manifest or in the cluster. */
export function useSa(context: CommandContext): Command {
  const command = addServiceAccountArgument(new Command("use-sa"))
    .description(
      "set the ServiceAccount that a workload's pods run with: edits serviceAccountName and nothing else",
    )
    .argument(
      "[workload...]",
      "KIND/NAME, such as deployment/my-app; with --file, default: all in the namespace",
    )
    .optionsGroup("ServiceAccount:");
  addServiceAccountFlags(command, 'namespace of the ServiceAccount and workloads (default: "default")')
    .optionsGroup("Manifests:")
    .option(
      "-f, --file <path>",
      "YAML or JSON file, directory, or '-' for stdin (repeatable); prints the result to stdout, the diff to stderr",
      gatherWhole,
    )
    .option("--in-place", "edit the files in place instead")
    .optionsGroup("Verification:")
    .option("--wait", "fail unless STS is verified to accept the ServiceAccount's token")
    .option("--no-wait", "don't wait for the rollout or check a new pod")
    .addOption(waitTimeout("how long to wait for rollouts and for STS, such as 90s or 5m", "5m"));
  addPlanOptions(command, ["text", "json"], ["--show-documents"]);
  addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", EXAMPLES)
    .action((first: string | undefined, more: readonly string[], flags: UseSaFlags) =>
      run(first === undefined ? [] : [first, ...more], asTyped(flags, command), context),
    );
  return command;
}

async function run(words: readonly string[], flags: UseSaFlags, context: CommandContext): Promise<void> {
  const binding = parse(words, flags);
  if (flags.file !== undefined) {
    const { bindFiles } = await import("./files.ts");
    return bindFiles(binding, flags, context);
  }
  const { bindLive } = await import("./live.ts");
  return bindLive(binding, flags, context);
}

function parse(words: readonly string[], flags: UseSaFlags): Binding {
  const problems = new Problems();
  const { serviceAccount: text, workloads } = wordsApart(words, flags);
  const serviceAccount = takeServiceAccount(text, flags, problems);
  const names = problems.all("workload", workloads, parseWorkloadName);
  if (flags.file !== undefined) checkFileFlags(flags, problems);
  else checkLiveFlags(workloads, flags, problems);
  problems.throwIfAny();
  if (serviceAccount === undefined) throw new TypeError("unnoted problem");
  return { serviceAccount, workloads: names };
}

/**
 * The ServiceAccount stands first, unless flags name it: then only what they say is one there, so that a workload of an
 * unknown kind is answered as such. KIND/NAME is a workload even where a namespace has the name of a kind.
 */
function wordsApart(
  words: readonly string[],
  { namespace = "default", name }: ServiceAccountFlags,
): { readonly serviceAccount?: string; readonly workloads: readonly string[] } {
  const [first, ...more] = words;
  const [kind = ""] = first?.split("/") ?? [];
  const isServiceAccount =
    first !== undefined &&
    kindWord(kind) === undefined &&
    (name === undefined || first === name || first === `${namespace}/${name}`);
  return isServiceAccount ? { serviceAccount: first, workloads: more } : { workloads: words };
}

function checkLiveFlags(workloads: readonly string[], { inPlace }: UseSaFlags, problems: Problems): void {
  if (workloads.length === 0)
    problems.note("workload", "", "is missing: pass KIND/NAME, such as deployment/my-app, or --file");
  if (inPlace === true) problems.note("--in-place", "", "requires --file");
}

function checkFileFlags(
  { file = [], inPlace, approve, dryRun, expectPlan, ...clusterFlags }: UseSaFlags,
  problems: Problems,
): void {
  if (approve === true)
    problems.note("--approve", "", "can't be used with --file; use --in-place to write files");
  if (expectPlan !== undefined) problems.note("--expect-plan", expectPlan, "can't be used with --file");
  if (inPlace === true && dryRun === true)
    problems.note("--dry-run", "", "can't be used with --in-place; without it, no file is written");
  if (inPlace === true && file.includes("-"))
    problems.note("--in-place", "", "can't write to stdin ('--file -')");
  for (const flag of ["cluster", "region", "profile", "kubeconfig", "context"] as const) {
    const value = clusterFlags[flag];
    if (value !== undefined)
      problems.note(`--${flag}`, value, "can't be used with --file, which does not access a cluster");
  }
}
