import { Command, Option } from "commander";
import { COMMAND_NAMES } from "../../permissions/commands.ts";
import type { CommandContext } from "../command-context.ts";
import { addAwsOptions, addKubernetesOptions } from "../shared/session/options.ts";
import type { DoctorFlags } from "./flags.ts";

const EXAMPLES = `
Commands: ${COMMAND_NAMES.join(", ")}.
Read-only. Permissions in the cluster are checked by access reviews; those in AWS by the IAM policy simulator, if permitted.

Examples:
  irsa doctor --cluster my-cluster                         # can I run the default commands?
  irsa doctor --cluster my-cluster -n payments create-sa   # can I run create-sa in this namespace?

Exit code: 0 all checks passed or unknown; 3 a check failed.
`;

/** `irsa doctor`: checks the operator's environment before anything is attempted. */
export function doctor(context: CommandContext): Command {
  const command = new Command("doctor")
    .description("check environment, credentials, cluster, permissions and quotas before you start")
    .argument("[command...]", "commands to check for (default: associate-oidc, create-sa, verify)");
  addKubernetesOptions(addAwsOptions(command))
    .optionsGroup("Scope:")
    .option("-n, --namespace <namespace>", "check permissions in this namespace (default: all)")
    .addOption(new Option("--role-prefix <prefix>", "prefix of generated role names").env("IRSA_ROLE_PREFIX"))
    .option("--role-path <path>", "role path, such as /irsa/")
    .optionsGroup("Output:")
    .addOption(new Option("-o, --output <format>", "output format").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXAMPLES)
    .action(async (names: string[], flags: DoctorFlags) => {
      const { runDoctor } = await import("./run.ts");
      await runDoctor(names, flags, context);
    });
  return command;
}
