import { Command, Option } from "commander";
import { ENGINES } from "../../export/all-engines.ts";
import { Failure } from "../../model/failure.ts";
import { WAYS } from "../../model/way.ts";
import type { CommandContext } from "../command-context.ts";
import { addAwsOptions, addKubernetesOptions, gather } from "../shared/session/options.ts";
import type { ExportFlags } from "./flags.ts";
import { inCluster } from "./in-cluster.ts";

const EXAMPLES = `
The text of a file is the same whether or not it has been applied, and contains everything in it: identity provider, roles
with their policies, Pod Identity associations, and ServiceAccounts where the engine manages them. With --live, it describes
what irsa manages in the cluster, exactly as it is, for the engine to import without a change.

Examples:
  irsa export -f cluster.yaml --to cloudformation > irsa.template.yaml
  irsa export --live --to terraform --cluster my-cluster > irsa.tf
  irsa export -f cluster.yaml --to ack | kubectl apply -f -
  irsa export -f cluster.yaml --to manifests > serviceaccounts.yaml
  irsa export --live --to cloudformation --cluster my-cluster > irsa.template.yaml
  irsa export --live --to cloudformation --cluster my-cluster --imports > resources-to-import.json
  irsa export -f cluster.yaml --plan plan.json --to script > changes.sh
  irsa export -f cluster.yaml --to stackset --targets accounts.yml > irsa.template.yaml
`;

/** `irsa export`: what a file asks for, or what is live, in the language of an engine. It never writes. */
export function exportCommand(context: CommandContext): Command {
  const command = new Command("export").description(
    "print a file, or what is live, for CloudFormation, Terraform, Pulumi, ACK, Crossplane or GitOps",
  );
  command
    .enablePositionalOptions()
    .addCommand(inCluster(context))
    .optionsGroup("Export:")
    .addOption(new Option("--to <engine>", "engine to print it for (required)").choices(ENGINE_NAMES))
    .option("-f, --filename <file>", "file, directory, or '-' for stdin (repeatable)", gather)
    .addOption(
      new Option("--live", "export what irsa manages in the cluster, for the engine to import").conflicts([
        "filename",
        "way",
        "set",
        "rolePath",
        "associateOidc",
        "allowDefaultServiceAccount",
        "allowAdministratorPolicy",
        "targets",
      ]),
    )
    .addOption(
      new Option(
        "--plan <file>",
        "only what this plan of the file (irsa plan -o json) creates or changes",
      ).conflicts(["live", "targets"]),
    )
    .option(
      "--imports",
      "with --live, print the resources to import (CloudFormation) instead of the template",
    )
    .option(
      "--targets <file>",
      "with --to stackset, for every cluster of the AWS accounts in this file (c7n-org's accounts file)",
    )
    .option(
      "--commands",
      "with --to stackset, print a script that creates the stack set and its instances instead of the template",
    )
    .option(
      "--resource-namespace <namespace>",
      "namespace of the resources of ACK (default: ack-system) or Crossplane (default: crossplane-system)",
    )
    .option("--namespaces", "include namespaces, for engines that could delete them")
    .option("--include <glob>", "only these ServiceAccounts, such as 'payments/*' (repeatable)", gather)
    .option("--exclude <glob>", "skip these ServiceAccounts (repeatable)", gather)
    .addOption(
      new Option("--way <way>", "only the ServiceAccounts that get their role this way").choices(WAYS),
    )
    .option("--set <name>", "set that the ServiceAccounts belong to; recorded in a tag on their roles")
    .addOption(new Option("--role-prefix <prefix>", "prefix of generated role names").env("IRSA_ROLE_PREFIX"))
    .option("--role-path <path>", "path of the roles, such as /irsa/")
    .option("--associate-oidc", "include the cluster's identity provider, as iam.withOIDC in the file does")
    .optionsGroup("Safeguards:")
    .option(
      "--allow-default-service-account",
      "allow the ServiceAccount 'default', used by every pod that specifies none",
    )
    .option("--allow-administrator-policy", "allow policies that grant administrator access");
  return addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async ({ to, ...flags }: Omit<ExportFlags, "to"> & Partial<Pick<ExportFlags, "to">>) => {
      // Commander would require it of `irsa export in-cluster`, too.
      if (to === undefined) throw withoutEngine();
      const { runExport } = await import("./run.ts");
      await runExport({ ...flags, to }, context);
    });
}

const ENGINE_NAMES = [...Object.keys(ENGINES), "stackset"];

function withoutEngine(): Failure {
  return new Failure("input", "invalid-input", `--to is required: ${ENGINE_NAMES.join(", ")}`);
}
