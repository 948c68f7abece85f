import { Command } from "commander";
import { MOST_HOPS } from "../../audit/chains/role-chains.ts";
import { SUBJECTS } from "../../output/list-shapes.ts";
import type { CommandContext } from "../command-context.ts";
import { addListOptions, addSelectorOption } from "../shared/list-options.ts";
import { addClustersOptions, addKubernetesOptions } from "../shared/session/options.ts";
import { addTargetsOptions } from "../shared/targets/options.ts";
import type { WhoCanFlags } from "./flags.ts";

const EXAMPLES = `
ServiceAccounts whose roles lead to this one are listed too, directly or through others (up to ${MOST_HOPS} in a row).

Examples:
  irsa who-can arn:aws:iam::111122223333:role/cart --cluster my-cluster
  irsa who-can cart --cluster blue --cluster green -o json
  irsa who-can arn:aws:iam::111122223333:role/cart --targets accounts.yml   # from clusters of other AWS accounts too
`;

/** `irsa who-can`: lists the ServiceAccounts and pods that can assume a role. */
export function whoCan(context: CommandContext): Command {
  const command = new Command("who-can")
    .description(
      "list the ServiceAccounts and pods that can assume a role, and the trust policy statement that allows it",
    )
    .argument("<role>", "role ARN or name")
    .optionsGroup("Scope:");
  addListOptions(addSelectorOption(command).optionsGroup("Output:"), ["text", "json"], SUBJECTS);
  return addTargetsOptions(addKubernetesOptions(addClustersOptions(command)))
    .addHelpText("after", EXAMPLES)
    .action(async (role: string, flags: WhoCanFlags) => {
      const { runWhoCan } = await import("./run.ts");
      await runWhoCan(role, flags, context);
    });
}
