import { Command, Option } from "commander";
import { CONFLICT_MODES } from "../../model/addon-change.ts";
import type { CommandContext } from "../command-context.ts";
import { parseFlags, type AssociateAgentFlags } from "./flags.ts";
import {
  addAwsOptions,
  addKubernetesOptions,
  addPlanOptions,
  asTyped,
  gather,
  waitTimeout,
} from "../shared/session/options.ts";

const EXAMPLES = `
Examples:
  irsa associate-agent --cluster my-cluster               # show the plan
  irsa associate-agent --cluster my-cluster --approve     # apply, and wait until the agent is ready on the nodes
`;

/** `irsa associate-agent`: installs the EKS add-on by which nodes give pods their credentials for Pod Identity. */
export function associateAgent(context: CommandContext): Command {
  const command = new Command("associate-agent").description(
    "install the EKS add-on eks-pod-identity-agent, which EKS Pod Identity needs on the nodes",
  );
  command
    .optionsGroup("Add-on:")
    .option("--addon-version <version>", "add-on version (default: EKS's default for the cluster's version)")
    .addOption(
      new Option(
        "--resolve-conflicts <mode>",
        "NONE: fail if the cluster has the agent without the add-on; OVERWRITE: replace it",
      )
        .choices(CONFLICT_MODES)
        .default("NONE"),
    )
    .option("--tag <key=value>", "tag to set on the add-on (repeatable)", gather);
  command
    .optionsGroup("Verification:")
    .option("--wait", "fail unless the agent is verified to be ready on the nodes")
    .option("--no-wait", "don't wait until the add-on is active and the agent is ready")
    .addOption(waitTimeout("how long to wait for add-on and nodes, such as 90s or 10m", "5m"));
  addPlanOptions(command, ["text", "json"], ["--show-documents"]);
  addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (flags: AssociateAgentFlags) => {
      const { installAgent } = await import("./run.ts");
      await installAgent(parseFlags(flags), asTyped(flags, command), context);
    });
  return command;
}
