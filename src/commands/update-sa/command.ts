import { Command, Option } from "commander";
import { Problems, type Given } from "../../model/problems.ts";
import { fromOperator, type FromOperator } from "../../model/source.ts";
import { parseRolePrefix } from "../../model/role-name.ts";
import type { DesiredUpdate } from "../../service-account/update/desired.ts";
import { parseUpdateInput, type UpdateInput } from "../../service-account/update/input.ts";
import type { CommandContext } from "../command-context.ts";
import {
  addAwsOptions,
  addKubernetesOptions,
  addPlanOptions,
  gather,
  gatherWhole,
} from "../shared/session/options.ts";
import { documentIn, readPolicyFile } from "../shared/policy-file.ts";
import { addSettingOptions, givenSettings } from "../shared/role-settings.ts";
import {
  addServiceAccountArgument,
  addServiceAccountFlags,
  givenServiceAccount,
} from "../shared/service-account-argument.ts";
import { addEngineOption, addSharedRoleOption } from "../shared/shared-roles.ts";
import type { UpdateSaFlags } from "./flags.ts";

const EXAMPLES = `
Only what is given changes. The role must be managed by irsa: created or adopted.

Examples:
  irsa update-sa default/reader --cluster my-cluster \\
      --add-policy-arn arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess             # show the plan
  irsa update-sa … --set-policy-arn ARN,ARN --approve                             # exactly these, detach all others
  irsa update-sa … --permissions-boundary ARN --tag team=payments --approve
  irsa update-sa … --target-role-arn arn:aws:iam::222222222222:role/data --approve # of its Pod Identity association
`;

/** `irsa update-sa`: changes only what is given of a ServiceAccount's role and labels. */
export function updateSa(context: CommandContext): Command {
  const command = new Command("update-sa").description(
    "update the policies, boundary, session, tags, labels or Pod Identity association of a managed ServiceAccount",
  );
  addServiceAccountFlags(addServiceAccountArgument(command).optionsGroup("ServiceAccount and role:"))
    .option(
      "--role-name <name>",
      "role name, where neither the annotation nor the generated name identifies it",
    )
    .addOption(new Option("--role-prefix <prefix>", "prefix of the generated name").env("IRSA_ROLE_PREFIX"));
  command
    .optionsGroup("Permissions:")
    .option("--add-policy-arn <arn>", "managed policy to attach (repeatable)", gather)
    .option("--remove-policy-arn <arn>", "managed policy to detach (repeatable)", gather)
    .option("--set-policy-arn <arn>", "attach exactly these and detach all others (repeatable)", gather)
    .option("--policy-file <file>", "inline policy document in JSON ('-' for stdin)")
    .addOption(
      new Option(
        "--remove-inline-policy [name]",
        "delete the inline policies that irsa wrote or adopted, or the one with this name (repeatable)",
      )
        .preset("")
        .argParser(gatherWhole),
    )
    .option("--remove-permissions-boundary", "remove the permissions boundary")
    .option("--allow-administrator-policy", "allow policies that grant administrator access");
  addEngineOption(addSharedRoleOption(addSettingOptions(command)));
  addAssociationOptions(command);
  command
    .optionsGroup("Tags and labels:")
    .option("--tag <key=value>", "tag to set on the role (repeatable)", gather)
    .option("--remove-tag <key>", "tag to remove from the role (repeatable)", gather)
    .option("--label <key=value>", "label to set on the ServiceAccount (repeatable)", gather)
    .option("--remove-label <key>", "label to remove from the ServiceAccount (repeatable)", gather);
  addKubernetesOptions(addAwsOptions(addPlanOptions(command, ["text", "json"])))
    .addHelpText("after", EXAMPLES)
    .action((serviceAccount: string | undefined, flags: UpdateSaFlags) =>
      run(serviceAccount, flags, context),
    );
  return command;
}

function addAssociationOptions(command: Command): void {
  command
    .optionsGroup("Pod Identity association:")
    .option(
      "--target-role-arn <arn>",
      "role that EKS assumes with the first one, such as one in another AWS account",
    )
    .option("--remove-target-role", "remove the target role: pods get the first role")
    .option("--disable-session-tags", "don't tag sessions with cluster, namespace and ServiceAccount")
    .option("--no-disable-session-tags", "tag sessions again")
    .option(
      "--session-policy-file <file>",
      "policy in JSON that limits the sessions; requires disabled session tags",
    )
    .option("--remove-session-policy", "remove the session policy");
}

async function run(
  serviceAccount: string | undefined,
  flags: UpdateSaFlags,
  context: CommandContext,
): Promise<void> {
  const problems = new Problems();
  const desired = await parse(serviceAccount, flags, problems);
  const prefix = problems.maybe("--role-prefix", flags.rolePrefix, parseRolePrefix) ?? "";
  problems.throwIfAny();
  const { updateServiceAccount } = await import("./run.ts");
  await updateServiceAccount(desired, prefix, flags, context);
}

async function parse(
  serviceAccount: string | undefined,
  flags: UpdateSaFlags,
  problems: Problems,
): Promise<DesiredUpdate> {
  const one = (where: string, text: string | undefined): Given | undefined =>
    text === undefined ? undefined : { where, text: fromOperator(text) };
  const each = (where: string, texts: readonly string[] = []): Given[] =>
    texts.map((text) => ({ where, text: fromOperator(text) }));
  const given = (flag: string, set: boolean | undefined): FromOperator<string> | undefined =>
    set === true ? fromOperator(flag) : undefined;
  const file = await readPolicyFile(flags.policyFile);
  const sessionPolicy = await readPolicyFile(flags.sessionPolicyFile, "--session-policy-file");
  const input: UpdateInput = {
    ...givenServiceAccount(serviceAccount, flags, problems),
    roleName: one("--role-name", flags.roleName),
    addPolicies: each("--add-policy-arn", flags.addPolicyArn),
    removePolicies: each("--remove-policy-arn", flags.removePolicyArn),
    setPolicies: each("--set-policy-arn", flags.setPolicyArn),
    inline: file && documentIn(file),
    removeInline: each("--remove-inline-policy", flags.removeInlinePolicy),
    association: {
      targetRole: one("--target-role-arn", flags.targetRoleArn),
      removeTargetRole: given("--remove-target-role", flags.removeTargetRole),
      withoutSessionTags: flags.disableSessionTags,
      sessionPolicy: sessionPolicy && documentIn(sessionPolicy, "--session-policy-file"),
      removeSessionPolicy: given("--remove-session-policy", flags.removeSessionPolicy),
    },
    settings: givenSettings(flags),
    removeBoundary: given("--remove-permissions-boundary", flags.removePermissionsBoundary),
    tags: each("--tag", flags.tag),
    removeTags: each("--remove-tag", flags.removeTag),
    labels: each("--label", flags.label),
    removeLabels: each("--remove-label", flags.removeLabel),
    allowAdministrator: flags.allowAdministratorPolicy === true,
    ...(flags.overrideEngine !== undefined && { overrideEngine: flags.overrideEngine }),
    sharedRoles: each("--allow-shared-role", flags.allowSharedRole),
  };
  return parseUpdateInput(input, problems);
}
