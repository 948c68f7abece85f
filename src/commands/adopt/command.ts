import { Command, Option } from "commander";
import { Problems } from "../../model/problems.ts";
import { parseRoleName, parseRolePrefix } from "../../model/role-name.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { fromOperator } from "../../model/source.ts";
import type { CommandContext } from "../command-context.ts";
import {
  addAwsOptions,
  addKubernetesOptions,
  addPlanOptions,
  asTyped,
  waitTimeout,
} from "../shared/session/options.ts";
import {
  addServiceAccountFlags,
  SERVICE_ACCOUNT_ARGUMENT,
  takeServiceAccount,
} from "../shared/service-account-argument.ts";
import type { AdoptFlags } from "./flags.ts";

const EXAMPLES = `
The role keeps its ARN and permissions; nothing is recreated, and running pods are not affected. irsa only tags the role
and labels the ServiceAccount as adopted, then verifies that STS accepts the ServiceAccount's token. A Pod Identity
association is tagged, too, and its role's trust policy gets a statement that names this ServiceAccount; statements that
also allow other associations are kept unless --restrict-trust is given.

Examples:
  irsa adopt shop/cart --cluster my-cluster                                   # show the plan
  irsa adopt shop/cart --cluster my-cluster --approve                         # adopt it, whatever created the role
  irsa adopt shop/cart --cluster my-cluster --restrict-trust --approve        # and let no other association use the role
  irsa adopt --all --cluster my-cluster --approve                             # every ServiceAccount whose role eksctl created
  irsa adopt --all --release-stacks --cluster my-cluster --approve            # and delete eksctl's stacks
`;

/** `irsa adopt`: adopts ServiceAccounts whose roles were created by eksctl, Terraform or manually. */
export function adopt(context: CommandContext): Command {
  const command = new Command("adopt")
    .description("adopt ServiceAccounts whose roles were created by eksctl, Terraform or manually")
    .argument(
      `[${SERVICE_ACCOUNT_ARGUMENT}...]`,
      "ServiceAccounts; for one, --namespace and --name can be used instead",
    );
  addServiceAccountFlags(command.optionsGroup("Adoption:"))
    .option("--all", "adopt every ServiceAccount whose role eksctl created")
    .option("--release-stacks", "delete eksctl's CloudFormation stacks, and keep their resources")
    .option("--restrict-trust", "remove trust policy statements that allow other Pod Identity associations")
    .option("--role-name <name>", "the role of the Pod Identity association, if eksctl did not create it")
    .option("--disable-session-tags", "accept a Pod Identity association that disables session tags")
    .addOption(new Option("--role-prefix <prefix>", "prefix of generated names").env("IRSA_ROLE_PREFIX"));
  command
    .optionsGroup("Verification:")
    .option("--wait", "fail unless STS is verified to accept the ServiceAccount's token")
    .option("--no-wait", "don't verify that STS accepts the token")
    .addOption(waitTimeout("how long to wait for STS, such as 90s or 2m", "2m"));
  addKubernetesOptions(addAwsOptions(addPlanOptions(command, ["text", "json"])))
    .addHelpText("after", EXAMPLES)
    .action((serviceAccounts: readonly string[], flags: AdoptFlags) =>
      run(serviceAccounts, asTyped(flags, command), context),
    );
  return command;
}

async function run(texts: readonly string[], flags: AdoptFlags, context: CommandContext): Promise<void> {
  const problems = new Problems();
  const serviceAccounts = takeServiceAccounts(texts, flags, problems);
  const rolePrefix = problems.take("--role-prefix", flags.rolePrefix ?? "", parseRolePrefix) ?? "";
  const roleName = problems.maybe("--role-name", flags.roleName, parseRoleName);
  const named = unique(serviceAccounts);
  if (roleName !== undefined && (flags.all === true || named.length > 1))
    problems.note("--role-name", roleName, "can be used only with a single ServiceAccount");
  problems.throwIfAny();
  const { adoptThem } = await import("./run.ts");
  const role = roleName === undefined ? {} : { roleName: fromOperator(roleName) };
  await adoptThem({ serviceAccounts: named, rolePrefix, ...role, flags, context });
}

function takeServiceAccounts(
  texts: readonly string[],
  { all, namespace, name }: AdoptFlags,
  problems: Problems,
): readonly ServiceAccountRef[] {
  const isNamed = texts.length > 0 || name !== undefined || namespace !== undefined;
  if (all === true) {
    if (isNamed)
      problems.note(
        "--all",
        "",
        "can't be combined with ServiceAccount names: it selects every ServiceAccount created by eksctl",
      );
    return [];
  }
  if (!isNamed) problems.note("ServiceAccount", "", "is missing: pass NAMESPACE/NAME or --all");
  else if (texts.length > 1 && name !== undefined)
    problems.note("--name", name, "can't be used with several ServiceAccounts");
  else {
    const given = { ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) };
    const each = texts.length === 0 ? [undefined] : texts;
    return each.flatMap((text) => takeServiceAccount(text, given, problems) ?? []);
  }
  return [];
}

function unique(serviceAccounts: readonly ServiceAccountRef[]): readonly ServiceAccountRef[] {
  return [
    ...new Map(
      serviceAccounts.map((serviceAccount) => [serviceAccountPath(serviceAccount), serviceAccount]),
    ).values(),
  ];
}
