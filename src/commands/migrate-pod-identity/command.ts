import { Command } from "commander";
import { Problems } from "../../model/problems.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { CommandContext } from "../command-context.ts";
import { SERVICE_ACCOUNT_ARGUMENT, takeServiceAccount } from "../shared/service-account-argument.ts";
import { addAwsOptions, addKubernetesOptions, addPlanOptions, gather } from "../shared/session/options.ts";
import type { MigratePodIdentityFlags } from "./flags.ts";

const EXAMPLES = `
Each run does what is safe now, and can be repeated until nothing is left to do:
  1. the role trusts both ways, and an association is created: new pods use it, running pods are not affected
  2. with --restart, workloads whose pods still use IRSA are restarted
  3. with --finish, once no pod uses IRSA, the annotation and IRSA's statement in the trust policy are removed
With --back, the same from EKS Pod Identity to IRSA. What can't be migrated is left unchanged, with the reason.

Examples:
  irsa migrate-pod-identity shop/cart --cluster my-cluster                              # show what would be done
  irsa migrate-pod-identity --all --cluster my-cluster --approve                        # both ways for every ServiceAccount
  irsa migrate-pod-identity --all --cluster my-cluster --restart --approve              # then move the pods
  irsa migrate-pod-identity --all --cluster my-cluster --finish --approve               # then remove IRSA
  irsa migrate-pod-identity shop/cart --cluster my-cluster --back --restart --approve   # return to IRSA
`;

/** `irsa migrate-pod-identity`: moves ServiceAccounts from IRSA to EKS Pod Identity, or back, step by step. */
export function migratePodIdentity(context: CommandContext): Command {
  const command = new Command("migrate-pod-identity")
    .description("move ServiceAccounts from IRSA to EKS Pod Identity, or back")
    .argument(`[${SERVICE_ACCOUNT_ARGUMENT}...]`, "ServiceAccounts to migrate");
  command
    .optionsGroup("Migration:")
    .option("--all", "migrate every ServiceAccount that has a role")
    .option("--back", "migrate from EKS Pod Identity to IRSA")
    .option("--restart", "restart workloads whose pods still get their role the former way")
    .option("--finish", "remove the former way where no pod uses it")
    .option(
      "--sdk-files <[namespace/name=]path>",
      "lock file, SBOM or directory of a ServiceAccount's workloads, or of all, to check for AWS SDKs that are too old (repeatable)",
      gather,
    );
  addKubernetesOptions(addAwsOptions(addPlanOptions(command, ["text", "json"])))
    .addHelpText("after", EXAMPLES)
    .action((serviceAccounts: readonly string[], flags: MigratePodIdentityFlags) =>
      run(serviceAccounts, flags, context),
    );
  return command;
}

async function run(
  texts: readonly string[],
  flags: MigratePodIdentityFlags,
  context: CommandContext,
): Promise<void> {
  const problems = new Problems();
  const refs = takeServiceAccounts(texts, flags, problems);
  problems.throwIfAny();
  const { migrateThem } = await import("./run.ts");
  await migrateThem(flags.all === true ? "all" : refs, flags, context);
}

function takeServiceAccounts(
  texts: readonly string[],
  { all }: MigratePodIdentityFlags,
  problems: Problems,
): readonly ServiceAccountRef[] {
  if (all === true && texts.length > 0)
    problems.note("--all", "", "can't be combined with ServiceAccount names");
  if (all !== true && texts.length === 0)
    problems.note("ServiceAccount", "", "is missing: pass NAMESPACE/NAME or --all");
  const refs = texts.flatMap((text) => takeServiceAccount(text, {}, problems) ?? []);
  return [...new Map(refs.map((ref) => [serviceAccountPath(ref), ref])).values()];
}
