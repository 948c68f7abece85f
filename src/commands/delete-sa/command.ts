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
What irsa made goes: the role with its attachments, and the ServiceAccount. What was there before stays, less what irsa put
there: the annotation, the role's tags, our statement in a trust policy that lets others in too. The cluster's identity
provider stays (irsa disassociate-oidc).

Examples:
  irsa delete-sa --cluster my-cluster -n default --name reader               # show what would go, and who would notice
  irsa delete-sa --cluster my-cluster -n default --name reader --approve     # do it
  irsa delete-sa … --keep-service-account                                           # the role goes, the ServiceAccount stays
`;

/** `irsa delete-sa`: what irsa made for a ServiceAccount goes, and only that. */
export function deleteSa(context: CommandContext): Command {
  const command = new Command("delete-sa").description(
    "remove what irsa made for a ServiceAccount: role, annotation, ServiceAccount",
  );
  command
    .optionsGroup("The ServiceAccount and its role:")
    .option("-n, --namespace <namespace>", "the ServiceAccount's namespace", "default")
    .requiredOption("--name <name>", "the ServiceAccount's name")
    .option("--keep-role", "leave the role as it is")
    .option("--keep-service-account", "leave the ServiceAccount, without annotation and marks")
    .option("--delete-adopted-role", "delete the role even if irsa took it over")
    .option("--remove-trust", "take the ServiceAccount out of the trust policy of a role that stays")
    .option("--role-name <name>", "the role, where neither its annotation nor its name tells")
    .addOption(new Option("--role-prefix <prefix>", "begins the computed name").env("IRSA_ROLE_PREFIX"));
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
    problems.note("--delete-adopted-role", "", "can't go with --keep-role");
  if (keepRole && flags.removeTrust === true)
    problems.note("--remove-trust", "", "can't go with --keep-role, which leaves the role as it is");
  problems.throwIfAny();
  if (namespace === undefined || name === undefined) throw new TypeError("unnoted problem");
  if (keepRole && keepServiceAccount)
    throw new Failure(
      "input",
      "invalid-input",
      "with --keep-role and --keep-service-account only the annotation is left to go: leave one of them out",
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
