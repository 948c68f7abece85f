import { Command, Option } from "commander";
import { Failure } from "../../model/failure.ts";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import type { CommandContext } from "../command-context.ts";
import { parseFlags } from "./flags.ts";
import { addSharedRoleOption, type SharedRoleFlags } from "../shared/shared-roles.ts";
import {
  addAwsOptions,
  addKubernetesOptions,
  addPlanOptions,
  asTyped,
  gather,
  waitTimeout,
  type PlanFlags,
  type ClusterFlags,
} from "../shared/session/options.ts";

/** The flags of `create-sa` as commander gives them. */
export interface CreateSaFlags extends ClusterFlags, PlanFlags, SharedRoleFlags {
  readonly namespace: string;
  readonly name: string;
  readonly policyArn?: string[];
  readonly policyFile?: string;
  readonly attachRoleArn?: string;
  readonly roleName?: string;
  readonly rolePrefix?: string;
  readonly rolePath?: string;
  readonly roleOnly?: boolean;
  readonly permissionsBoundary?: string;
  readonly maxSessionDuration?: string;
  readonly audience?: string;
  readonly tag?: string[];
  readonly label?: string[];
  readonly overrideExistingServiceaccounts?: boolean;
  readonly associateOidc?: boolean;
  readonly addTrust?: boolean;
  readonly allowDefaultServiceAccount?: boolean;
  readonly allowAdministratorPolicy?: boolean;
  /** `undefined`: neither typed; the proof is made, but being forbidden to make it is no failure. */
  readonly wait?: boolean;
  readonly waitTimeout: number;
}

const EXAMPLES = `
Examples:
  irsa create-sa --cluster my-cluster -n default --name reader \\
      --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess            # show what would be done
  irsa create-sa … --approve                                                # do it, and wait until STS accepts its token
  irsa create-sa … --role-only -o yaml --approve > serviceaccount.yaml       # the role; the manifest goes to git
`;

/** `irsa create-sa`: an IAM role that trusts exactly one ServiceAccount, and that ServiceAccount, annotated with it. */
export function createSa(context: CommandContext): Command {
  const command = new Command("create-sa").description(
    "make a role for a ServiceAccount, and the ServiceAccount, annotated with it",
  );
  addServiceAccountOptions(command);
  addSharedRoleOption(addRoleOptions(command));
  addProofOptions(command);
  addPlanOptions(command, ["text", "json", "yaml"]);
  addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", EXAMPLES)
    .action((flags: CreateSaFlags & { attachPolicyArn?: string[] }) => run(flags, command, context));
  return command;
}

function addServiceAccountOptions(command: Command): void {
  command
    .optionsGroup("The ServiceAccount:")
    .requiredOption("--name <name>", "the ServiceAccount's name")
    .option("-n, --namespace <namespace>", "its namespace; made if it is missing", "default")
    .option("--label <key=value>", "label of the ServiceAccount (repeatable)", gather)
    .option("--audience <audience>", `audience of its tokens; otherwise ${DEFAULT_AUDIENCE}`)
    .option("--override-existing-serviceaccounts", "annotate a ServiceAccount that exists and is not irsa's")
    .option(
      "--allow-default-service-account",
      "allow the ServiceAccount 'default', which every pod has that names none",
    );
}

function addRoleOptions(command: Command): Command {
  return command
    .optionsGroup("The role:")
    .option("--policy-arn <arn>", "managed policy to attach (repeatable)", gather)
    .addOption(
      new Option("--attach-policy-arn <arn>", "the same, as eksctl calls it").argParser(gather).hideHelp(),
    )
    .option("--policy-file <file>", "inline policy document, JSON ('-' is stdin)")
    .option("--allow-administrator-policy", "allow a policy that makes administrators")
    .option("--role-name <name>", "its name; otherwise computed from cluster, namespace and ServiceAccount")
    .addOption(new Option("--role-prefix <prefix>", "begins the computed name").env("IRSA_ROLE_PREFIX"))
    .option("--role-path <path>", "its path, as /irsa/")
    .option("--permissions-boundary <arn>", "its permissions boundary")
    .option("--max-session-duration <time>", "its longest session, 1h to 12h")
    .option("--tag <key=value>", "tag of the role (repeatable)", gather)
    .option("--attach-role-arn <arn>", "use this role, which exists, as it is")
    .option("--add-trust", "with --attach-role-arn: add the ServiceAccount to the role's trust policy")
    .option("--associate-oidc", "register the cluster's identity provider too, if it is missing")
    .option("--role-only", "leave the cluster alone; with -o yaml the ServiceAccount's manifest is printed");
}

function addProofOptions(command: Command): void {
  command
    .optionsGroup("The proof:")
    .option("--wait", "fail if it can't be proved that STS accepts the account's token")
    .option("--no-wait", "don't prove it")
    .addOption(waitTimeout("how long to wait for STS, as 90s or 2m", "2m"));
}

async function run(
  flags: CreateSaFlags & { readonly attachPolicyArn?: string[] },
  command: Command,
  context: CommandContext,
): Promise<void> {
  const policyArn = [...(flags.policyArn ?? []), ...(flags.attachPolicyArn ?? [])];
  const seen: CreateSaFlags = { ...asTyped(flags, command), policyArn };
  checkCombinations(seen);
  const desired = await parseFlags(seen);
  const { createServiceAccount } = await import("./run.ts");
  await createServiceAccount(desired, seen, context);
}

function checkCombinations({ roleOnly, output, wait }: CreateSaFlags): void {
  const refuse = (message: string): never => {
    throw new Failure("input", "invalid-input", message);
  };
  if (output === "yaml" && roleOnly !== true)
    refuse("-o yaml prints the manifest that --role-only leaves to you: give both, or -o json");
  if (wait === true && roleOnly === true)
    refuse("--wait proves the ServiceAccount's token, which --role-only leaves unmade: give one of them");
}
