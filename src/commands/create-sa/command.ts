import { Command, Option } from "commander";
import { Failure } from "../../model/failure.ts";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import type { CommandContext } from "../command-context.ts";
import { parseFlags, type CreateSaFlags } from "./flags.ts";
import { addServiceAccountArgument, addServiceAccountFlags } from "../shared/service-account-argument.ts";
import { addSettingOptions } from "../shared/role-settings.ts";
import { addEngineOption, addSharedRoleOption } from "../shared/shared-roles.ts";
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
  irsa create-sa default/reader --cluster my-cluster \\
      --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess            # show the plan
  irsa create-sa … --pod-identity                                            # by EKS Pod Identity instead of IRSA
  irsa create-sa … --pod-identity --target-profile data                      # with the permissions in another AWS account
  irsa create-sa … --approve                                                 # apply, and wait until STS accepts its token
  irsa create-sa … --role-only -o yaml --approve > serviceaccount.yaml       # create the role only; commit the manifest to git
`;

/** `irsa create-sa`: creates an IAM role that trusts exactly one ServiceAccount, and gives that ServiceAccount the role. */
export function createSa(context: CommandContext): Command {
  const command = new Command("create-sa").description(
    "create an IAM role for a ServiceAccount, and give the ServiceAccount that role by IRSA or EKS Pod Identity",
  );
  addServiceAccountOptions(addServiceAccountArgument(command));
  addEngineOption(addSharedRoleOption(addRoleOptions(command)));
  addPodIdentityOptions(command);
  addProofOptions(command);
  addPlanOptions(command, ["text", "json", "yaml"]);
  addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", EXAMPLES)
    .action((serviceAccount: string | undefined, flags: TypedFlags) =>
      run(serviceAccount, flags, command, context),
    );
  return command;
}

function addServiceAccountOptions(command: Command): void {
  command.optionsGroup("ServiceAccount:");
  addServiceAccountFlags(command, 'namespace; created if it is missing (default: "default")')
    .option("--label <key=value>", "label to set on the ServiceAccount (repeatable)", gather)
    .option("--audience <audience>", `audience of its tokens (default: ${DEFAULT_AUDIENCE})`)
    .option(
      "--override-existing-serviceaccounts",
      "change an existing ServiceAccount or association that irsa does not manage",
    )
    .option(
      "--allow-default-service-account",
      "allow the ServiceAccount 'default', used by every pod that specifies none",
    );
}

function addRoleOptions(command: Command): Command {
  command
    .optionsGroup("Role:")
    .option("--policy-arn <arn>", "managed policy to attach (repeatable)", gather)
    .addOption(
      new Option("--attach-policy-arn <arn>", "alias of --policy-arn, as in eksctl")
        .argParser(gather)
        .hideHelp(),
    )
    .option("--policy-file <file>", "inline policy document in JSON ('-' for stdin)")
    .option("--allow-administrator-policy", "allow policies that grant administrator access")
    .option("--role-name <name>", "role name (default: generated from cluster, namespace and ServiceAccount)")
    .addOption(new Option("--role-prefix <prefix>", "prefix of the generated name").env("IRSA_ROLE_PREFIX"))
    .option("--role-path <path>", "role path, such as /irsa/");
  return addSettingOptions(command)
    .option("--tag <key=value>", "tag to set on the role (repeatable)", gather)
    .option("--attach-role-arn <arn>", "use this existing role unchanged")
    .option("--add-trust", "with --attach-role-arn, add the ServiceAccount to the role's trust policy")
    .option(
      "--role-profile <name>",
      "AWS profile of another AWS account: keep the role and the identity provider there (IRSA)",
    )
    .option("--associate-oidc", "also create the cluster's identity provider if it is missing")
    .option("--role-only", "don't change the cluster; -o yaml prints the ServiceAccount manifest");
}

function addPodIdentityOptions(command: Command): void {
  command
    .optionsGroup("Pod Identity:")
    .option("--pod-identity", "use an EKS Pod Identity association instead of IRSA")
    .option(
      "--target-role-arn <arn>",
      "role that EKS assumes with the first one, such as one in another AWS account",
    )
    .option(
      "--target-profile <name>",
      "AWS profile of another AWS account: create the target role there, with the permissions",
    )
    .option("--target-role-name <name>", "name of that target role (default: generated)")
    .option("--disable-session-tags", "don't tag sessions with cluster, namespace and ServiceAccount")
    .option(
      "--session-policy-file <file>",
      "policy in JSON that limits the sessions; requires --disable-session-tags",
    );
}

function addProofOptions(command: Command): void {
  command
    .optionsGroup("Verification:")
    .option("--wait", "fail unless STS, or EKS, is verified to accept the ServiceAccount's token")
    .option("--no-wait", "don't verify that the token is accepted")
    .addOption(waitTimeout("how long to wait for STS or EKS, such as 90s or 2m", "2m"));
}

/** With the alias of `--policy-arn` apart. */
type TypedFlags = CreateSaFlags & { readonly attachPolicyArn?: string[] };

async function run(
  serviceAccount: string | undefined,
  flags: TypedFlags,
  command: Command,
  context: CommandContext,
): Promise<void> {
  const policyArn = [...(flags.policyArn ?? []), ...(flags.attachPolicyArn ?? [])];
  const seen: CreateSaFlags = { ...asTyped(flags, command), policyArn };
  checkCombinations(seen);
  const desired = await parseFlags(serviceAccount, seen);
  const { createServiceAccount } = await import("./run.ts");
  await createServiceAccount(desired, seen, context);
}

function checkCombinations({ roleOnly, output, wait }: CreateSaFlags): void {
  const refuse = (message: string): never => {
    throw new Failure("input", "invalid-input", message);
  };
  if (output === "yaml" && roleOnly !== true) refuse("-o yaml requires --role-only; use both, or -o json");
  if (wait === true && roleOnly === true)
    refuse("--wait can't be used with --role-only, which does not create the ServiceAccount");
}
