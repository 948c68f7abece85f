import { Command } from "commander";
import { STALE_PODS } from "../../output/list-shapes.ts";
import type { CommandContext } from "../command-context.ts";
import { addAllNamespacesOption, addListOptions, addSelectorOption } from "../shared/list-options.ts";
import { addAwsOptions, addKubernetesOptions, addPlanOptions } from "../shared/session/options.ts";
import { addServiceAccountArgument } from "../shared/service-account-argument.ts";
import { addTargetsOptions } from "../shared/targets/options.ts";
import type { StalePodsFlags } from "./flags.ts";

const EXAMPLES = `
Examples:
  irsa stale-pods --cluster my-cluster                              # in all namespaces
  irsa stale-pods payments/worker --cluster my-cluster              # of one ServiceAccount
  irsa stale-pods --targets accounts.yml                            # many AWS accounts (docs/targets.md)
  irsa stale-pods --cluster my-cluster -n my-namespace --restart    # plan the restarts; --approve applies them

Exit code: 0 if there are no stale pods, or they were restarted; 3 if there are.
`;

/** `irsa stale-pods`: lists pods whose role or token is not their ServiceAccount's current one, and restarts them. */
export function stalePodsCommand(context: CommandContext): Command {
  const command = addServiceAccountArgument(new Command("stale-pods")).description(
    "list pods that must restart to pick up their role, and restart them",
  );
  command
    .optionsGroup("Pods:")
    .option("-n, --namespace <namespace>", "only this namespace")
    .option("--name <name>", "only pods of ServiceAccounts with this name");
  addSelectorOption(addAllNamespacesOption(command), "pods of ").option(
    "--restart",
    "plan a rollout restart of the workloads that it fixes",
  );
  // Stale pods are exit code 3 by themselves.
  addPlanOptions(command, undefined, ["--exit-code", "--show-documents"]);
  addListOptions(command, ["text", "json"], STALE_PODS);
  addTargetsOptions(addKubernetesOptions(addAwsOptions(command)))
    .addHelpText("after", EXAMPLES)
    .action(async (serviceAccount: string | undefined, flags: StalePodsFlags) => {
      const { runStalePods } = await import("./run.ts");
      await runStalePods(serviceAccount, flags, context);
    });
  return command;
}
