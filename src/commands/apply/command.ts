import { Command, Option } from "commander";
import type { CommandContext } from "../command-context.ts";
import { addSharedRoleOption, type SharedRoleFlags } from "../shared/shared-roles.ts";
import {
  addAwsOptions,
  addKubernetesOptions,
  addPlanOptions,
  gather,
  type PlanFlags,
  type ClusterFlags,
} from "../shared/session/options.ts";

/** The flags of `plan` and `apply` as commander gives them. */
export interface FileFlags extends ClusterFlags, PlanFlags, SharedRoleFlags {
  readonly filename: string[];
  readonly include?: string[];
  readonly exclude?: string[];
  readonly onlyMissing?: boolean;
  readonly set?: string;
  readonly prune?: boolean;
  readonly pruneMax?: string;
  readonly detectDrift?: boolean;
  readonly rolePrefix?: string;
  readonly rolePath?: string;
  readonly overrideExistingServiceaccounts?: boolean;
  readonly leaveExisting?: boolean;
  readonly associateOidc?: boolean;
  readonly allowDefaultServiceAccount?: boolean;
  readonly allowAdministratorPolicy?: boolean;
  readonly wait?: boolean;
}

const PLAN_EXAMPLES = `
Examples:
  irsa plan -f cluster.yaml                          # what apply would do
  irsa plan -f clusters/production --detect-drift    # a nightly job: exit 3 if anything differs
  irsa plan -f cluster.yaml --exit-code > /dev/null  # exit 3 if apply would change anything
`;

const APPLY_EXAMPLES = `
Examples:
  irsa apply -f cluster.yaml                         # show what would be done
  irsa apply -f cluster.yaml --approve               # do it
  irsa apply -f ServiceAccounts/ -f more.yaml --include 'payments/*' --approve
  irsa apply -f ServiceAccounts/ --set production --prune --approve     # and remove what the files do not name any more
`;

const FILE_HELP = `
The file is an eksctl ClusterConfig (eksctl.io/v1alpha5). irsa looks after iam.serviceAccounts, and after the identity
provider with iam.withOIDC; the rest is ignored.
`;

/** `irsa plan`: what `apply` would do, and nothing is written. */
export function planFile(context: CommandContext): Command {
  const command = new Command("plan").description(
    "show what a file of ServiceAccounts asks for, against what is there",
  );
  addFileOptions(command);
  addAskOptions(command)
    .optionsGroup("Plan:")
    .option("--exit-code", "exit 3 if there is anything to do")
    .option(
      "--detect-drift",
      "exit 3 if anything differs from the file, including what apply would not change",
    )
    .option("--show-documents", "show the whole plan, with policy documents as JSON")
    .addOption(
      new Option("-o, --output <format>", "output format").choices(["text", "json"]).default("text"),
    );
  addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", FILE_HELP + PLAN_EXAMPLES)
    .action(async (flags: FileFlags) => run("plan", { ...flags, showOnly: true }, context));
  return command;
}

/** `irsa apply`: the ServiceAccounts of a file, made and put right. */
export function applyFile(context: CommandContext): Command {
  const command = new Command("apply").description(
    "make and put right the ServiceAccounts that a file asks for",
  );
  addFileOptions(command);
  addAskOptions(command).option("--wait", "fail if it can't be proved that STS accepts the changed accounts");
  addKubernetesOptions(addAwsOptions(addPlanOptions(command, ["text", "json"])))
    .addHelpText("after", FILE_HELP + APPLY_EXAMPLES)
    .action(async (flags: FileFlags) => run("apply", flags, context));
  return command;
}

function addFileOptions(command: Command): Command {
  return command
    .optionsGroup("The file:")
    .requiredOption("-f, --filename <file>", "file, folder of files, or '-' for stdin (repeatable)", gather)
    .option("--include <glob>", "accounts to look at, as 'payments/*' (repeatable)", gather)
    .option("--exclude <glob>", "accounts to leave out (repeatable)", gather)
    .option("--only-missing", "make what is missing, and change nothing that is there")
    .option("--set <name>", "the set that the ServiceAccounts belong to; their roles are stamped with it")
    .option(
      "--prune",
      "remove what irsa made for ServiceAccounts of the set that the files do not name any more",
    )
    .option("--prune-max <count>", "how many may go; otherwise a fifth of the set");
}

function addAskOptions(command: Command): Command {
  addSharedRoleOption(command.optionsGroup("What is allowed:"));
  return command
    .optionsGroup("What is allowed:")
    .option("--override-existing-serviceaccounts", "annotate ServiceAccounts that exist and are not irsa's")
    .option("--leave-existing", "leave those out instead, and say which")
    .option("--associate-oidc", "register the cluster's identity provider too, if it is missing")
    .option(
      "--allow-default-service-account",
      "allow the ServiceAccount 'default', which every pod has that names none",
    )
    .option("--allow-administrator-policy", "allow policies that make administrators")
    .addOption(
      new Option("--role-prefix <prefix>", "begins the computed names of roles").env("IRSA_ROLE_PREFIX"),
    )
    .option("--role-path <path>", "path of the roles, as /irsa/");
}

async function run(name: "plan" | "apply", flags: FileFlags, context: CommandContext): Promise<void> {
  const { runFile } = await import("./run.ts");
  await runFile(name, flags, context);
}
