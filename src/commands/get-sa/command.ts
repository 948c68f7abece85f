import { Command, Option } from "commander";
import { Problems } from "../../model/problems.ts";
import {
  parseServiceAccountPath,
  parseNamespaceName,
  parseServiceAccountName,
} from "../../model/service-account-ref.ts";
import type { ListingScope } from "../../service-account/list/observe.ts";
import type { ListFormat } from "../../output/service-account-list.ts";
import type { CommandContext } from "../command-context.ts";
import { addAwsOptions, addKubernetesOptions, type ClusterFlags } from "../shared/session/options.ts";

/** The flags of `get-sa` as commander gives them. */
export interface GetSaFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly name?: string;
  readonly output: ListFormat | "json" | "yaml" | "clusterconfig";
  readonly exitCode?: boolean;
  readonly ignoreNotFound?: boolean;
}

const FORMATS: readonly GetSaFlags["output"][] = ["table", "wide", "json", "yaml", "name", "clusterconfig"];

const EXAMPLES = `
Lists every ServiceAccount that has a role annotation or is managed by irsa, and those that were deleted while irsa's role
for them remains. MANAGED-BY tells what manages the role: irsa, irsa (adopted), eksctl, or – (unmanaged).

Examples:
  irsa get-sa --cluster my-cluster
  irsa get-sa --cluster my-cluster -n payments -o wide
  irsa get-sa --cluster my-cluster payments/worker               # exit 1 if it does not exist or has no role
  irsa get-sa --cluster my-cluster --exit-code > /dev/null       # exit 3 if anything has drifted
  irsa get-sa --cluster my-cluster -o clusterconfig > cluster.yaml   # write a file for irsa plan and apply
  irsa get-sa -o json | jq -r '.result.serviceAccounts[] | select(.state == "drifted") | .serviceAccount.name'
`;

/** `irsa get-sa`: lists ServiceAccounts with their roles, what manages them, and drift. */
export function getSa(context: CommandContext): Command {
  const command = new Command("get-sa")
    .description("list ServiceAccounts with their roles, what manages them, and drift")
    .argument("[account]", "ServiceAccount, as NAMESPACE/NAME")
    .option("-n, --namespace <namespace>", "namespace (default: all)")
    .option("--name <name>", "ServiceAccount name")
    .option("--exit-code", "exit 3 on drift")
    .option("--ignore-not-found", "exit 0 even if the ServiceAccount does not exist")
    .addOption(new Option("-o, --output <format>", "output format").choices(FORMATS).default("table"));
  return addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", EXAMPLES)
    .action((serviceAccount: string | undefined, flags: GetSaFlags) => run(serviceAccount, flags, context));
}

async function run(
  serviceAccount: string | undefined,
  flags: GetSaFlags,
  context: CommandContext,
): Promise<void> {
  const problems = new Problems();
  const ref = problems.maybe("ServiceAccount", serviceAccount, parseServiceAccountPath);
  for (const flag of ["namespace", "name"] as const)
    if (serviceAccount !== undefined && flags[flag] !== undefined)
      problems.note(`--${flag}`, "", `can't be used with '${serviceAccount}', which already gives it`);
  const namespace = ref?.namespace ?? problems.maybe("--namespace", flags.namespace, parseNamespaceName);
  const name = ref?.name ?? problems.maybe("--name", flags.name, parseServiceAccountName);
  problems.throwIfAny();
  const scope: ListingScope = {
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
  const { listServiceAccounts } = await import("./run.ts");
  await listServiceAccounts(scope, flags, context);
}
