import { Command, Option } from "commander";
import { Failure } from "../../model/failure.ts";
import { Problems } from "../../model/problems.ts";
import { parseRoleName, parseRolePrefix } from "../../model/role-name.ts";
import { fromOperator } from "../../model/source.ts";
import type { DesiredRemoval } from "../../service-account/delete/desired.ts";
import type { CommandContext } from "../command-context.ts";
import { addAwsOptions, addKubernetesOptions, addPlanOptions } from "../shared/session/options.ts";
import {
  addServiceAccountArgument,
  addServiceAccountFlags,
  takeServiceAccount,
} from "../shared/service-account-argument.ts";
import { secondProfile } from "../shared/session/second-account.ts";
import { addEngineOption } from "../shared/shared-roles.ts";
import type { DeleteSaFlags } from "./flags.ts";

const EXAMPLES = `
Deletes what irsa created: the role with its attachments, and the ServiceAccount. What existed before is kept, without what
irsa added: the annotation, the role's tags, and irsa's statement in a trust policy that also allows others. The cluster's
identity provider is kept (see irsa disassociate-oidc).

Examples:
  irsa delete-sa default/reader --cluster my-cluster               # show what would be deleted, and the pods affected
  irsa delete-sa default/reader --cluster my-cluster --approve     # apply
  irsa delete-sa … --keep-service-account                          # delete the role, keep the ServiceAccount
`;

/** `irsa delete-sa`: deletes what irsa created for a ServiceAccount, and only that. */
export function deleteSa(context: CommandContext): Command {
  const command = new Command("delete-sa").description(
    "delete the role, annotation and ServiceAccount that irsa created",
  );
  addEngineOption(
    addServiceAccountFlags(addServiceAccountArgument(command).optionsGroup("ServiceAccount and role:")),
  )
    .option("--keep-role", "keep the role unchanged")
    .option("--keep-service-account", "keep the ServiceAccount, without the annotation and ownership label")
    .option("--delete-adopted-role", "delete the role even if it was adopted")
    .option("--remove-trust", "remove the ServiceAccount from the trust policy of a role that is kept")
    .option(
      "--role-name <name>",
      "role name, where neither the annotation nor the generated name identifies it",
    )
    .addOption(new Option("--role-prefix <prefix>", "prefix of the generated name").env("IRSA_ROLE_PREFIX"))
    .option("--role-profile <name>", "AWS profile of another AWS account that the role is in")
    .option("--target-profile <name>", "AWS profile of the target role's AWS account: delete that role too")
    .option("--target-role-name <name>", "target role name, where the association does not identify it");
  addKubernetesOptions(addAwsOptions(addPlanOptions(command, ["text", "json"])))
    .addHelpText("after", EXAMPLES)
    .action((serviceAccount: string | undefined, flags: DeleteSaFlags) =>
      run(serviceAccount, flags, context),
    );
  return command;
}

async function run(
  serviceAccount: string | undefined,
  flags: DeleteSaFlags,
  context: CommandContext,
): Promise<void> {
  const { desired, rolePrefix } = parse(serviceAccount, flags);
  const { deleteServiceAccount } = await import("./run.ts");
  await deleteServiceAccount(desired, rolePrefix, flags, context);
}

function parse(
  text: string | undefined,
  flags: DeleteSaFlags,
): { desired: DesiredRemoval; rolePrefix: string } {
  const problems = new Problems();
  const serviceAccount = takeServiceAccount(text, flags, problems);
  const roleName = problems.maybe("--role-name", flags.roleName, parseRoleName);
  const rolePrefix = problems.take("--role-prefix", flags.rolePrefix ?? "", parseRolePrefix) ?? "";
  const targetRoleName = problems.maybe("--target-role-name", flags.targetRoleName, parseRoleName);
  secondProfile(flags, problems);
  if (targetRoleName !== undefined && flags.targetProfile === undefined)
    problems.note("--target-role-name", "", "requires --target-profile");
  const keepRole = flags.keepRole === true;
  const keepServiceAccount = flags.keepServiceAccount === true;
  if (keepRole && flags.deleteAdoptedRole === true)
    problems.note("--delete-adopted-role", "", "can't be used with --keep-role");
  if (keepRole && flags.removeTrust === true)
    problems.note("--remove-trust", "", "can't be used with --keep-role, which leaves the role unchanged");
  problems.throwIfAny();
  if (serviceAccount === undefined) throw new TypeError("unnoted problem");
  if (keepRole && keepServiceAccount)
    throw new Failure(
      "input",
      "invalid-input",
      "--keep-role and --keep-service-account can't be used together",
    );
  return {
    desired: {
      serviceAccount,
      ...(roleName !== undefined && { roleName: fromOperator(roleName) }),
      ...(targetRoleName !== undefined && { targetRoleName: fromOperator(targetRoleName) }),
      keepRole,
      keepServiceAccount,
      deleteAdopted: flags.deleteAdoptedRole === true,
      removeTrust: flags.removeTrust === true,
      overrideEngine: flags.overrideEngine === true,
    },
    rolePrefix,
  };
}
