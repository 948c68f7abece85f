import { Command, Option } from "commander";
import { Problems } from "../../model/problems.ts";
import { parseNamespaceName, parseServiceAccountName } from "../../model/service-account-ref.ts";
import type { ListingScope } from "../../service-account/listing.ts";
import type { ListFormat } from "../../output/account-list.ts";
import type { CommandContext } from "../command-context.ts";
import { addAwsOptions, addKubernetesOptions, type ReachFlags } from "../session/options.ts";

/** The flags of `get-sa` as commander gives them. */
export interface GetSaFlags extends ReachFlags {
  readonly namespace?: string;
  readonly name?: string;
  readonly output: ListFormat | "clusterconfig";
  readonly exitCode?: boolean;
}

const FORMATS: readonly GetSaFlags["output"][] = ["table", "wide", "json", "yaml", "name", "clusterconfig"];

const EXAMPLES = `
Every ServiceAccount that has to do with a role: annotated, or irsa's; and those that are gone while irsa's role for them
is not. WHOSE is the role's: created or adopted by irsa, eksctl's, or foreign.

Examples:
  irsa get-sa --cluster my-cluster
  irsa get-sa --cluster my-cluster -n payments -o wide
  irsa get-sa --cluster my-cluster --exit-code > /dev/null       # exit 3 if anything has drifted
  irsa get-sa --cluster my-cluster -o clusterconfig > cluster.yaml   # a file for irsa plan and apply
  irsa get-sa -o json | jq -r '.accounts[] | select(.state == "drifted") | .name'
`;

/** `irsa get-sa`: the accounts with roles, whose these are, and whether all is as it was made. */
export function getSa(context: CommandContext): Command {
  const command = new Command("get-sa")
    .description("list ServiceAccounts with their roles, whose these are, and what has drifted")
    .option("-n, --namespace <namespace>", "of this namespace; otherwise of all")
    .option("--name <name>", "of this name")
    .option("--exit-code", "exit 3 if anything has drifted")
    .addOption(new Option("-o, --output <format>", "how to answer").choices(FORMATS).default("table"));
  return addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", EXAMPLES)
    .action((flags: GetSaFlags) => run(flags, context));
}

async function run(flags: GetSaFlags, context: CommandContext): Promise<void> {
  const problems = new Problems();
  const namespace = problems.maybe("--namespace", flags.namespace, parseNamespaceName);
  const name = problems.maybe("--name", flags.name, parseServiceAccountName);
  problems.throwIfAny();
  const scope: ListingScope = {
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
  const { listAccounts } = await import("./run.ts");
  await listAccounts(scope, flags, context);
}
