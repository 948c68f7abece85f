import { Command, Option } from "commander";
import { WAYS } from "../../model/way.ts";
import type { CommandContext } from "../command-context.ts";
import { addEngineOption, addSharedRoleOption } from "../shared/shared-roles.ts";
import { addAwsOptions, addKubernetesOptions, addPlanOptions, gather } from "../shared/session/options.ts";
import { addMaxFailuresOption, addTargetsOptions } from "../shared/targets/options.ts";
import type { FileFlags } from "./flags.ts";

const PLAN_EXAMPLES = `
Examples:
  irsa plan -f cluster.yaml                          # show what apply would change
  irsa plan -f clusters/production --detect-drift    # nightly job: exit 3 on any difference
  irsa plan -f cluster.yaml --exit-code > /dev/null  # exit 3 if apply would change anything
  irsa plan -f cluster.yaml -o markdown              # a comment for a pull request
  irsa plan -f clusters/ --targets accounts.yml      # many clusters and AWS accounts (docs/targets.md)
`;

const APPLY_EXAMPLES = `
Examples:
  irsa apply -f cluster.yaml                         # show the plan
  irsa apply -f cluster.yaml --approve               # apply
  irsa apply -f clusters/ -f more.yaml --include 'payments/*' --approve
  irsa apply -f clusters/ --set production --prune --approve     # and delete what is no longer in the files
  irsa apply -f clusters/ --targets accounts.yml --approve       # many clusters and AWS accounts (docs/targets.md)
`;

const FILE_HELP = `
The file is an eksctl ClusterConfig (eksctl.io/v1alpha5). irsa manages iam.serviceAccounts, iam.podIdentityAssociations
and, with iam.withOIDC, the identity provider; everything else is ignored.
`;

/** `irsa plan`: what `apply` would change; it never writes. */
export function planFile(context: CommandContext): Command {
  const command = new Command("plan").description(
    "show what apply would change for the ServiceAccounts in a file",
  );
  addFileOptions(command);
  addAskOptions(command)
    .optionsGroup("Plan:")
    .option("--exit-code", "exit 3 if the plan has changes")
    .option(
      "--detect-drift",
      "exit 3 if anything differs from the file, including what apply would not change",
    )
    .option("--show-documents", "show the full plan, with policy documents as JSON")
    .addOption(
      new Option("-o, --output <format>", "output format")
        .choices(["text", "json", "markdown"])
        .default("text"),
    );
  addTargetsOptions(addKubernetesOptions(addAwsOptions(command)), false)
    .addHelpText("after", FILE_HELP + PLAN_EXAMPLES)
    .action(async (flags: FileFlags) => run("plan", { ...flags, showOnly: true }, context));
  return command;
}

/** `irsa apply`: creates or repairs the ServiceAccounts in a file. */
export function applyFile(context: CommandContext): Command {
  const command = new Command("apply").description("create or repair the ServiceAccounts in a file");
  addFileOptions(command);
  addAskOptions(command).option(
    "--wait",
    "fail unless STS, or EKS, is verified to accept the tokens of changed ServiceAccounts",
  );
  addKubernetesOptions(addAwsOptions(addPlanOptions(command, ["text", "json"])));
  addMaxFailuresOption(addTargetsOptions(command, false))
    .addHelpText("after", FILE_HELP + APPLY_EXAMPLES)
    .action(async (flags: FileFlags) => run("apply", flags, context));
  return command;
}

function addFileOptions(command: Command): Command {
  return command
    .optionsGroup("File:")
    .requiredOption("-f, --filename <file>", "file, directory, or '-' for stdin (repeatable)", gather)
    .option("--include <glob>", "only these ServiceAccounts, such as 'payments/*' (repeatable)", gather)
    .option("--exclude <glob>", "skip these ServiceAccounts (repeatable)", gather)
    .addOption(
      new Option("--way <way>", "only the ServiceAccounts that get their role this way").choices(WAYS),
    )
    .option("--only-missing", "create what is missing, and change nothing that exists")
    .option("--set <name>", "set that the ServiceAccounts belong to; recorded in a tag on their roles")
    .option(
      "--prune",
      "delete what irsa created for ServiceAccounts of the set that are no longer in the files",
    )
    .option("--prune-max <count>", "maximum number to delete (default: a fifth of the set)");
}

function addAskOptions(command: Command): Command {
  addEngineOption(addSharedRoleOption(command.optionsGroup("Safeguards:")));
  return command
    .optionsGroup("Safeguards:")
    .option(
      "--override-existing-serviceaccounts",
      "annotate existing ServiceAccounts that irsa does not manage",
    )
    .option("--leave-existing", "skip those instead, and list them")
    .option("--associate-oidc", "also create the cluster's identity provider if it is missing")
    .option(
      "--allow-default-service-account",
      "allow the ServiceAccount 'default', used by every pod that specifies none",
    )
    .option("--allow-administrator-policy", "allow policies that grant administrator access")
    .addOption(new Option("--role-prefix <prefix>", "prefix of generated role names").env("IRSA_ROLE_PREFIX"))
    .option("--role-path <path>", "path of the roles, such as /irsa/");
}

async function run(name: "plan" | "apply", flags: FileFlags, context: CommandContext): Promise<void> {
  const { runFile } = await import("./run.ts");
  await runFile(name, flags, context);
}
