import { Command } from "commander";
import { Problems } from "../../model/problems.ts";
import { parseNamespaceName, parseServiceAccountName } from "../../model/service-account-ref.ts";
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
  type PlanFlags,
  type ClusterFlags,
} from "../shared/session/options.ts";

/** The flags of `use-sa` as commander gives them. */
export interface UseSaFlags extends ClusterFlags, PlanFlags {
  readonly namespace: string;
  readonly name: string;
  readonly file?: readonly string[];
  readonly inPlace?: boolean;
  /** `undefined`: neither typed; the proof is made, but being forbidden to make it is no failure. */
  readonly wait?: boolean;
  /** Milliseconds, for the rollouts, and again for STS. */
  readonly waitTimeout: number;
}

const EXAMPLES = `
In the cluster (without --file) Deployments, DaemonSets, StatefulSets and CronJobs can be bound; what Helm, Argo CD,
Flux or an operator would set back is refused. A Job's template is fixed: --file.

Examples:
  irsa use-sa -n amazon-cloudwatch --name cloudwatch-agent -f cwagent-daemonset.yaml | kubectl apply -f -
  irsa use-sa -n amazon-cloudwatch --name cloudwatch-agent -f manifests/ --in-place
  irsa use-sa -n shop --name orders deployment/orders --cluster my-cluster           # what would be done
  irsa use-sa -n shop --name orders deployment/orders --cluster my-cluster --approve # do it, wait, prove a new pod
  irsa use-sa -n shop --name orders -f shop.yaml deployment/orders cronjob/report    # these two of the file
`;

/** `irsa use-sa`: lets a workload's pods run with a ServiceAccount, in its manifest or in the cluster. */
export function useSa(context: CommandContext): Command {
  const command = new Command("use-sa")
    .description("let a workload's pods run with a ServiceAccount: sets serviceAccountName and nothing else")
    .argument(
      "[workload...]",
      "kind/name, as deployment/my-app; with --file none means all of that namespace",
    )
    .optionsGroup("The ServiceAccount:")
    .requiredOption("--name <name>", "the ServiceAccount's name")
    .option("-n, --namespace <namespace>", "the namespace of ServiceAccount and workloads", "default")
    .optionsGroup("In manifests:")
    .option(
      "-f, --file <path>",
      "YAML or JSON file, folder, or '-' for stdin (repeatable); the new text goes to stdout, the diff to stderr",
      gatherWhole,
    )
    .option("--in-place", "write the files instead")
    .optionsGroup("The proof:")
    .option("--wait", "fail if it can't be proved that STS accepts the account's token")
    .option("--no-wait", "neither wait for the rollout nor prove a pod")
    .addOption(waitTimeout("how long to wait for the rollouts, and for STS, as 90s or 5m", "5m"));
  addPlanOptions(command, ["text", "json"], ["--show-documents"]);
  addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", EXAMPLES)
    .action((workloads: string[], flags: UseSaFlags) => run(workloads, asTyped(flags, command), context));
  return command;
}

async function run(workloads: readonly string[], flags: UseSaFlags, context: CommandContext): Promise<void> {
  const binding = parse(workloads, flags);
  if (flags.file !== undefined) {
    const { bindFiles } = await import("./files.ts");
    return bindFiles(binding, flags, context);
  }
  const { bindLive } = await import("./live.ts");
  return bindLive(binding, flags, context);
}

function parse(workloads: readonly string[], flags: UseSaFlags): Binding {
  const problems = new Problems();
  const namespace = problems.take("--namespace", flags.namespace, parseNamespaceName);
  const name = problems.take("--name", flags.name, parseServiceAccountName);
  const names = problems.all("workload", workloads, parseWorkloadName);
  if (flags.file !== undefined) checkFileFlags(flags, problems);
  else checkLiveFlags(workloads, flags, problems);
  problems.throwIfAny();
  if (namespace === undefined || name === undefined) throw new TypeError("unnoted problem");
  return { serviceAccount: { namespace, name }, workloads: names };
}

function checkLiveFlags(workloads: readonly string[], { inPlace }: UseSaFlags, problems: Problems): void {
  if (workloads.length === 0)
    problems.note("workload", "", "is missing: kind/name, as deployment/my-app; or manifests: --file");
  if (inPlace === true) problems.note("--in-place", "", "writes manifests, which --file names");
}

function checkFileFlags(
  { file = [], inPlace, approve, expectPlan, ...reach }: UseSaFlags,
  problems: Problems,
): void {
  if (approve === true) problems.note("--approve", "", "is for the cluster; files are written by --in-place");
  if (expectPlan !== undefined)
    problems.note("--expect-plan", expectPlan, "is for the cluster, not for files");
  if (inPlace === true && file.includes("-"))
    problems.note("--in-place", "", "can't write to stdin ('--file -')");
  for (const flag of ["cluster", "region", "profile", "kubeconfig", "context"] as const) {
    const value = reach[flag];
    if (value !== undefined)
      problems.note(`--${flag}`, value, "is not needed: with --file no cluster is asked");
  }
}
