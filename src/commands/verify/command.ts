import { Command } from "commander";
import { CHAINS } from "../../output/list-shapes.ts";
import type { CommandContext } from "../command-context.ts";
import { addListOptions, addSelectorOption } from "../shared/list-options.ts";
import { addAwsOptions, addKubernetesOptions, addPlanOptions } from "../shared/session/options.ts";
import { addTargetsOptions } from "../shared/targets/options.ts";
import type { VerifyFlags } from "./flags.ts";

const EXAMPLES = `
Examples:
  irsa verify my-namespace/my-sa --cluster my-cluster             # a ServiceAccount and its pods
  irsa verify deploy/my-namespace/my-app --cluster my-cluster     # a workload and its ServiceAccount
  irsa verify --cluster my-cluster --all -o json                  # every ServiceAccount with a role annotation
  irsa verify … --role-profile data                               # with the roles of another AWS account
  irsa verify --all --targets accounts.yml                        # many AWS accounts (docs/targets.md)
  irsa verify --cluster my-cluster --all --fix                    # plan the fixes; --approve applies them

Exit code: 0 works or unproven (1 with --strict); 3 broken.
`;

/** `irsa verify`: checks every link from cluster to credentials, and reports the first broken one. */
export function verify(context: CommandContext): Command {
  const command = new Command("verify").description(
    "check every link from cluster to credentials, and report the first broken one",
  );
  command
    .optionsGroup("Scope:")
    .argument(
      "[subject...]",
      "ServiceAccount as NAMESPACE/NAME, or pod, deploy, ds, sts, cronjob, job or rollout as KIND/NAMESPACE/NAME",
    )
    .option(
      "-n, --namespace <namespace>",
      "namespace of the subjects; without subjects, all its ServiceAccounts with a role annotation",
    )
    .option("--name <name>", "ServiceAccount name, instead of NAMESPACE/NAME")
    .option("--all", "all ServiceAccounts in the cluster with a role annotation")
    .option("-A, --all-namespaces", "the same as --all");
  addSelectorOption(command)
    .option("--strict", "exit 1 if the result is unproven")
    .option(
      "--role-profile <name>",
      "AWS profile of another AWS account: read roles and OIDC providers there too",
    )
    .option("--target-profile <name>", "the same for target roles of EKS Pod Identity")
    .option("--fix", "plan fixes for the provider and for ServiceAccounts managed by irsa");
  // A broken chain is exit code 3 by itself.
  addPlanOptions(command, undefined, ["--exit-code"]);
  addListOptions(command, ["text", "json"], CHAINS);
  addTargetsOptions(addKubernetesOptions(addAwsOptions(command)))
    .addHelpText("after", EXAMPLES)
    .action(async (subjects: string[], flags: VerifyFlags) => {
      const { runVerify } = await import("./run.ts");
      await runVerify(subjects, flags, context);
    });
  return command;
}
