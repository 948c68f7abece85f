import { Command, Option } from "commander";
import { COMMAND_NAMES } from "../../permissions/commands.ts";
import type { CommandContext } from "../command-context.ts";
import { addAwsOptions, addKubernetesOptions, type ClusterFlags } from "../shared/session/options.ts";

/** The flags of `doctor` as commander gives them. */
export interface DoctorFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly rolePrefix?: string;
  readonly rolePath?: string;
  readonly output: "text" | "json";
}

const EXAMPLES = `
Commands: ${COMMAND_NAMES.join(", ")}.
Changes nothing. Rights in the cluster are asked of its API; those in AWS of IAM's policy simulator, where that is permitted.

Examples:
  irsa doctor --cluster my-cluster                         # can I do the main job?
  irsa doctor --cluster my-cluster -n payments create-sa   # … this, in a namespace?

Exit code: 0 nothing in the way, or unknown; 3 something is.
`;

/** `irsa doctor`: the operator's own side, before anything is tried. */
export function doctor(context: CommandContext): Command {
  const command = new Command("doctor")
    .description("check environment, credentials, cluster, rights and quotas, before anything is tried")
    .argument("[command...]", "what is to be done; otherwise associate-oidc, create-sa, verify");
  addKubernetesOptions(addAwsOptions(command))
    .optionsGroup("What is asked:")
    .option("-n, --namespace <namespace>", "rights in this namespace; otherwise in all")
    .addOption(
      new Option("--role-prefix <prefix>", "roles whose computed names begin so").env("IRSA_ROLE_PREFIX"),
    )
    .option("--role-path <path>", "roles of this path, as /irsa/")
    .optionsGroup("Answer:")
    .addOption(new Option("-o, --output <format>", "output format").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXAMPLES)
    .action(async (names: string[], flags: DoctorFlags) => {
      const { runDoctor } = await import("./run.ts");
      await runDoctor(names, flags, context);
    });
  return command;
}
