import { Command, Option } from "commander";
import { Problems, type Given } from "../../model/problems.ts";
import { fromOperator, type FromOperator } from "../../model/source.ts";
import { parseRolePrefix } from "../../model/role-name.ts";
import type { DesiredUpdate } from "../../service-account/update/plan.ts";
import { parseUpdateInput } from "../../service-account/update/input.ts";
import type { CommandContext } from "../command-context.ts";
import {
  addAwsOptions,
  addKubernetesOptions,
  addPlanOptions,
  gather,
  gatherWhole,
  type PlanFlags,
  type ClusterFlags,
} from "../shared/session/options.ts";
import { documentIn, readPolicyFile } from "../shared/policy-file.ts";
import { addSharedRoleOption, type SharedRoleFlags } from "../shared/shared-roles.ts";

/** The flags of `update-sa` as commander gives them. */
export interface UpdateSaFlags extends ClusterFlags, PlanFlags, SharedRoleFlags {
  readonly namespace: string;
  readonly name: string;
  readonly roleName?: string;
  readonly rolePrefix?: string;
  readonly addPolicyArn?: string[];
  readonly removePolicyArn?: string[];
  readonly setPolicyArn?: string[];
  readonly policyFile?: string;
  readonly removeInlinePolicy?: string[];
  readonly permissionsBoundary?: string;
  readonly removePermissionsBoundary?: boolean;
  readonly maxSessionDuration?: string;
  readonly tag?: string[];
  readonly removeTag?: string[];
  readonly label?: string[];
  readonly removeLabel?: string[];
  readonly allowAdministratorPolicy?: boolean;
}

const EXAMPLES = `
Only what is named changes. The role must be irsa's: made by it, or taken over.

Examples:
  irsa update-sa --cluster my-cluster -n default --name reader \\
      --add-policy-arn arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess             # show what would change
  irsa update-sa … --set-policy-arn ARN,ARN --approve                             # exactly these, whatever was attached
  irsa update-sa … --permissions-boundary ARN --tag team=payments --approve
`;

/** `irsa update-sa`: changes what is named of a ServiceAccount's role and labels, and nothing else. */
export function updateSa(context: CommandContext): Command {
  const command = new Command("update-sa").description(
    "change policies, boundary, session, tags or labels of a ServiceAccount of irsa's",
  );
  command
    .optionsGroup("The ServiceAccount and its role:")
    .option("-n, --namespace <namespace>", "the ServiceAccount's namespace", "default")
    .requiredOption("--name <name>", "the ServiceAccount's name")
    .option("--role-name <name>", "the role, where neither its annotation nor its name tells")
    .addOption(new Option("--role-prefix <prefix>", "begins the computed name").env("IRSA_ROLE_PREFIX"));
  command
    .optionsGroup("What it may do:")
    .option("--add-policy-arn <arn>", "managed policy to attach (repeatable)", gather)
    .option("--remove-policy-arn <arn>", "managed policy to detach (repeatable)", gather)
    .option("--set-policy-arn <arn>", "attach exactly these, detach all others (repeatable)", gather)
    .option("--policy-file <file>", "inline policy document, JSON ('-' is stdin)")
    .addOption(
      new Option(
        "--remove-inline-policy [name]",
        "delete the inline policies that irsa wrote or adopted, or the one of this name (repeatable)",
      )
        .preset("")
        .argParser(gatherWhole),
    )
    .option("--permissions-boundary <arn>", "permissions boundary of the role")
    .option("--remove-permissions-boundary", "take the boundary away")
    .option("--max-session-duration <time>", "longest session of the role, 1h to 12h")
    .option("--allow-administrator-policy", "allow a policy that makes administrators");
  addSharedRoleOption(command);
  command
    .optionsGroup("Tags and labels:")
    .option("--tag <key=value>", "tag of the role (repeatable)", gather)
    .option("--remove-tag <key>", "tag of the role to take off (repeatable)", gather)
    .option("--label <key=value>", "label of the ServiceAccount (repeatable)", gather)
    .option("--remove-label <key>", "label of the ServiceAccount to take off (repeatable)", gather);
  addKubernetesOptions(addAwsOptions(addPlanOptions(command, ["text", "json"])))
    .addHelpText("after", EXAMPLES)
    .action((flags: UpdateSaFlags) => run(flags, context));
  return command;
}

async function run(flags: UpdateSaFlags, context: CommandContext): Promise<void> {
  const desired = await parse(flags);
  const problems = new Problems();
  const prefix = problems.maybe("--role-prefix", flags.rolePrefix, parseRolePrefix) ?? "";
  problems.throwIfAny();
  const { updateServiceAccount } = await import("./run.ts");
  await updateServiceAccount(desired, prefix, flags, context);
}

async function parse(flags: UpdateSaFlags): Promise<DesiredUpdate> {
  const one = (where: string, text: string | undefined): Given | undefined =>
    text === undefined ? undefined : { where, text: fromOperator(text) };
  const each = (where: string, texts: readonly string[] = []): Given[] =>
    texts.map((text) => ({ where, text: fromOperator(text) }));
  const given = (flag: string, set: boolean | undefined): FromOperator<string> | undefined =>
    set === true ? fromOperator(flag) : undefined;
  const file = await readPolicyFile(flags.policyFile);
  return parseUpdateInput({
    namespace: { where: "--namespace", text: fromOperator(flags.namespace) },
    name: { where: "--name", text: fromOperator(flags.name) },
    roleName: one("--role-name", flags.roleName),
    addPolicies: each("--add-policy-arn", flags.addPolicyArn),
    removePolicies: each("--remove-policy-arn", flags.removePolicyArn),
    setPolicies: each("--set-policy-arn", flags.setPolicyArn),
    inline: file && documentIn(file),
    removeInline: each("--remove-inline-policy", flags.removeInlinePolicy),
    boundary: one("--permissions-boundary", flags.permissionsBoundary),
    removeBoundary: given("--remove-permissions-boundary", flags.removePermissionsBoundary),
    maxSession: one("--max-session-duration", flags.maxSessionDuration),
    tags: each("--tag", flags.tag),
    removeTags: each("--remove-tag", flags.removeTag),
    labels: each("--label", flags.label),
    removeLabels: each("--remove-label", flags.removeLabel),
    allowAdministrator: flags.allowAdministratorPolicy === true,
    sharedRoles: each("--allow-shared-role", flags.allowSharedRole),
  });
}
