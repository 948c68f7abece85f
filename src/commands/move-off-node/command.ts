import { Command, Option } from "commander";
import type { CommandContext } from "../command-context.ts";
import { addAwsOptions, addKubernetesOptions, gather } from "../shared/session/options.ts";
import type { MoveOffNodeFlags } from "./flags.ts";

const EXAMPLES = `
The proposed policy has what the role of the nodes allows beyond what nodes need, without what was not used in the last 400
days. AWS records the use of all pods of the nodes together: remove what the workload does not call. Nothing is changed in AWS
or in the cluster.

Examples:
  irsa move-off-node deployment/worker -n payments --cluster my-cluster --file policy.json
  irsa move-off-node -n payments --cluster my-cluster      # all workloads of the namespace
  irsa move-off-node -n payments --cluster my-cluster -o json | jq -r '.result.breaks[].workload'
`;

/** `irsa move-off-node`: proposes a role of its own for a workload that uses the role of its nodes. */
export function moveOffNode(context: CommandContext): Command {
  const command = new Command("move-off-node")
    .description(
      "propose a role of their own for workloads that use the role of their nodes, and list what breaks if that role is reduced",
    )
    .argument(
      "[workload...]",
      "KIND/NAME, such as deployment/my-app (default: all in the namespace without an identity of their own)",
    )
    .optionsGroup("Workloads:")
    .option("-n, --namespace <namespace>", 'namespace of the workloads (default: "default")')
    .option("--service-account <name>", "ServiceAccount to give the role to, for exactly one workload")
    .option("--node-role <role>", "role of nodes to move off, by name or ARN (repeatable)", gather)
    .optionsGroup("Output:")
    .addOption(new Option("-o, --output <format>", "output format").choices(["text", "json"]).default("text"))
    .option("--file <path>", "write the proposed policy to this file");
  return addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (workloads: readonly string[], flags: MoveOffNodeFlags) =>
      (await import("./run.ts")).runMoveOffNode(workloads, flags, context),
    );
}
