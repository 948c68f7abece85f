import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import {
  addAwsOptions,
  addKubernetesOptions,
  addPlanOptions,
  type PlanFlags,
  type ClusterFlags,
} from "../shared/session/options.ts";

/** The flags of `stale-pods` as commander gives them. */
export interface StalePodsFlags extends ClusterFlags, PlanFlags {
  readonly namespace?: string;
  readonly restart?: boolean;
}

const EXAMPLES = `
Examples:
  irsa stale-pods --cluster my-cluster                          # of all namespaces
  irsa stale-pods --cluster my-cluster -n my-namespace --restart    # plan the restarts; --approve does them

Exit code: 0 if there are none, or they were restarted; 3 if there are.
`;

/** `irsa stale-pods`: pods whose role or token is not what their ServiceAccount has now, and their restart. */
export function stalePodsCommand(context: CommandContext): Command {
  const command = new Command("stale-pods").description(
    "list pods that run without what their ServiceAccount has now, and restart them",
  );
  command
    .optionsGroup("The pods:")
    .option("-n, --namespace <namespace>", "of this namespace alone")
    .option("--restart", "plan a rollout restart of the workloads that it mends");
  // Stale pods are exit code 3 by themselves.
  addPlanOptions(command, ["text", "json"], ["--exit-code", "--show-documents"]);
  addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (flags: StalePodsFlags) => {
      const { runStalePods } = await import("./run.ts");
      await runStalePods(flags, context);
    });
  return command;
}
