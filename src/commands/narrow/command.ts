import { Command, Option } from "commander";
import type { CommandContext } from "../command-context.ts";
import { addAwsOptions, addKubernetesOptions } from "../shared/session/options.ts";
import { FORMATS, type NarrowFlags } from "./flags.ts";

const EXAMPLES = `
AWS records which services and actions a role used in the last 400 days. The proposed policy has what the role's policies
allow, without what was not used. It never allows more than before; what AWS has no data about is kept.

Examples:
  irsa narrow payments/worker --cluster my-cluster --file policy.json
  irsa narrow my-role > policy.json
  irsa narrow arn:aws:iam::111122223333:role/my-role -o json | jq '.result.services[].dropped[].action'
`;

/** `irsa narrow`: proposes a policy without what a role did not use. */
export function narrow(context: CommandContext): Command {
  const command = new Command("narrow")
    .description("propose a policy for a role without the actions that it did not use")
    .argument("<role|namespace/name>", "role name or ARN, or a ServiceAccount")
    .optionsGroup("Output:")
    .addOption(new Option("-o, --output <format>", "output format").choices([...FORMATS]).default(FORMATS[0]))
    .option("--file <path>", "write the policy to this file instead of stdout");
  return addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (subject: string, flags: NarrowFlags) =>
      (await import("./run.ts")).runNarrow(subject, flags, context),
    );
}
