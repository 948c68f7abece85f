import { Command, Option } from "commander";
import { Failure } from "../../model/failure.ts";
import { Problems } from "../../model/problems.ts";
import { parseRoleName, parseRolePrefix } from "../../model/role-name.ts";
import { fromOperator } from "../../model/source.ts";
import { parseNamespaceName, parseServiceAccountName } from "../../model/service-account-ref.ts";
import type { DesiredRemoval } from "../../service-account/delete/plan.ts";
import type { CommandContext } from "../command-context.ts";
import {
  addAwsOptions,
  addKubernetesOptions,
  addPlanOptions,
  type PlanFlags,
  type ClusterFlags,
} from "../shared/session/options.ts";

/** The flags of `delete-sa` as commander gives them. */
export interface DeleteSaFlags extends ClusterFlags, PlanFlags {
  readonly namespace: string;
  readonly name: string;
  readonly roleName?: string;
  readonly rolePrefix?: string;
  readonly keepRole?: boolean;
  readonly keepServiceAccount?: boolean;
  readonly deleteAdoptedRole?: boolean;
  readonly removeTrust?: boolean;
}

const EXAMPLES = `
Deletes what irsa created: the role with its attachments, and the ServiceAccount. What existed before is kept, without what
irsa added: the annotation, the role's tags, and irsa's statement in a trust policy that also allows others. The cluster's
identity provider is kept (see irsa disassociate-oidc).

Examples:
  irsa delete-sa --cluster my-cluster -n default --name reader               # show what would be deleted, and the pods affected
  irsa delete-sa --cluster my-cluster -n default --name reader --approve     # apply
  irsa delete-sa … --keep-service-account                                           # delete the role, keep the ServiceAccount
`;

/** `irsa delete-sa`: deletes what irsa created for a ServiceAccount, and only that. */
export function deleteSa(context: CommandContext): Command {
  const command = new Command("delete-sa").description(
    "delete the role, annotation and ServiceAccount that irsa created",
  );
  command
    .optionsGroup("ServiceAccount and role:")
    .option("-n, --namespace <namespace>", "ServiceAccount namespace", "default")
    .requiredOption("--name <name>", "ServiceAccount name")
    .option("--keep-role", "keep the role unchanged")
    .option("--keep-service-account", "keep the ServiceAccount, without the annotation and ownership label")
    .option("--delete-adopted-role", "delete the role even if it was adopted")
    .option("--remove-trust", "remove the ServiceAccount from the trust policy of a role that is kept")
    .option(
      "--role-name <name>",
      "role name, where neither the annotation nor the generated name identifies it",
    )
    .addOption(new Option("--role-prefix <prefix>", "prefix of the generated name").env("IRSA_ROLE_PREFIX"));
  addKubernetesOptions(addAwsOptions(addPlanOptions(command, ["text", "json"])))
    .addHelpText("after", EXAMPLES)
    .action((flags: DeleteSaFlags) => run(flags, context));
  return command;
}

async function run(flags: DeleteSaFlags, context: CommandContext): Promise<void> {
  const { desired, rolePrefix } = parse(flags);
  const { deleteServiceAccount } = await import("./run.ts");
  await deleteServiceAccount(desired, rolePrefix, flags, context);
}

function parse(flags: DeleteSaFlags): { desired: DesiredRemoval; rolePrefix: string } {
  const problems = new Problems();
  const namespace = problems.take("--namespace", flags.namespace, parseNamespaceName);
  const name = problems.take("--name", flags.name, parseServiceAccountName);
  const roleName = problems.maybe("--role-name", flags.roleName, parseRoleName);
  const rolePrefix = problems.take("--role-prefix", flags.rolePrefix ?? "", parseRolePrefix) ?? "";
  const keepRole = flags.keepRole === true;
  const keepServiceAccount = flags.keepServiceAccount === true;
  if (keepRole && flags.deleteAdoptedRole === true)
    problems.note("--delete-adopted-role", "", "can't be used with --keep-role");
  if (keepRole && flags.removeTrust === true)
    problems.note("--remove-trust", "", "can't be used with --keep-role, which leaves the role unchanged");
  problems.throwIfAny();
  if (namespace === undefined || name === undefined) throw new TypeError("unnoted problem");
  if (keepRole && keepServiceAccount)
    throw new Failure(
      "input",
      "invalid-input",
      "--keep-role and --keep-service-account can't be used together",
    );
  return {
    desired: {
      serviceAccount: { namespace, name },
      ...(roleName !== undefined && { roleName: fromOperator(roleName) }),
      keepRole,
      keepServiceAccount,
      deleteAdopted: flags.deleteAdoptedRole === true,
      removeTrust: flags.removeTrust === true,
    },
    rolePrefix,
  };
}
