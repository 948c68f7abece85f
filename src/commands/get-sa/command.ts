import { Command } from "commander";
import { Problems } from "../../model/problems.ts";
import { SERVICE_ACCOUNTS } from "../../output/list-shapes.ts";
import type { CommandContext } from "../command-context.ts";
import { addAwsOptions, addKubernetesOptions } from "../shared/session/options.ts";
import {
  addAllNamespacesOption,
  addListOptions,
  addSelectorOption,
  checkAllNamespaces,
  takeSelector,
} from "../shared/list-options.ts";
import { addServiceAccountArgument, takeScope } from "../shared/service-account-argument.ts";
import { addTargetsOptions, checkTargetsFlags, coversTargets } from "../shared/targets/options.ts";
import { FORMATS, type GetSaFlags } from "./flags.ts";

const EXAMPLES = `
Lists every ServiceAccount that has a role annotation or a Pod Identity association, or is managed by irsa, and those that
do not exist although they have an association or irsa manages a role for them. WAY is IRSA or Pod Identity. MANAGED BY
tells what manages the role: irsa, irsa (adopted), eksctl, an engine such as CloudFormation, or – (unmanaged).

Examples:
  irsa get-sa --cluster my-cluster
  irsa get-sa --cluster my-cluster -n payments -o wide
  irsa get-sa payments/worker --cluster my-cluster               # exit 1 if it does not exist or has no role
  irsa get-sa --cluster my-cluster -l team=payments -o custom-columns=NAME:.serviceAccount.name,ROLE:.role
  irsa get-sa --cluster my-cluster -o jsonpath='{.serviceAccounts[?(@.state=="drifted")].role}'
  irsa get-sa --cluster my-cluster --exit-code > /dev/null       # exit 3 if anything has drifted
  irsa get-sa --targets accounts.yml -o json                     # many AWS accounts (docs/targets.md)
  irsa get-sa --cluster my-cluster -o clusterconfig > cluster.yaml   # write a file for irsa plan and apply
  irsa get-sa -o json | jq -r '.result.serviceAccounts[] | select(.state == "drifted") | .serviceAccount.name'
`;

/** `irsa get-sa`: lists ServiceAccounts with their roles, what manages them, and drift. */
export function getSa(context: CommandContext): Command {
  const command = addServiceAccountArgument(new Command("get-sa"))
    .description("list ServiceAccounts with their roles, what manages them, and drift")
    .optionsGroup("Scope:")
    .option("-n, --namespace <namespace>", "namespace (default: all)")
    .option("--name <name>", "ServiceAccount name");
  addSelectorOption(addAllNamespacesOption(command));
  command
    .optionsGroup("Output:")
    .option("--exit-code", "exit 3 on drift")
    .option("--ignore-not-found", "exit 0 even if the ServiceAccount does not exist");
  addListOptions(command, FORMATS, SERVICE_ACCOUNTS);
  return addTargetsOptions(addKubernetesOptions(addAwsOptions(command)))
    .addHelpText("after", EXAMPLES)
    .action((serviceAccount: string | undefined, flags: GetSaFlags) => run(serviceAccount, flags, context));
}

async function run(
  serviceAccount: string | undefined,
  flags: GetSaFlags,
  context: CommandContext,
): Promise<void> {
  const problems = new Problems();
  const scope = takeScope(serviceAccount, flags, problems);
  const selector = takeSelector(flags, problems);
  checkAllNamespaces(flags, scope.namespace !== undefined, problems);
  checkTargetsFlags(flags, problems, { text: "table", alone: { "ignore-not-found": flags.ignoreNotFound } });
  problems.throwIfAny();
  const asked = { ...scope, ...(selector !== undefined && { selector }) };
  const { listInTargets, listServiceAccounts } = await import("./run.ts");
  await (coversTargets(flags) ? listInTargets : listServiceAccounts)(asked, flags, context);
}
