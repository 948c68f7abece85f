import { Command } from "commander";
import { valueOf } from "../../model/known.ts";
import { providerArn } from "../../model/issuer.ts";
import { observeRemoval } from "../../oidc-association/observe-removal.ts";
import { planProviderRemoval } from "../../oidc-association/plan-removal.ts";
import { during } from "../../output/progress.ts";
import type { CommandContext } from "../command-context.ts";
import {
  addAwsOptions,
  addPlanOptions,
  type PlanFlags,
  type ClusterFlags,
} from "../shared/session/options.ts";
import { runPlanCommand } from "../shared/plan/run-plan-command.ts";

interface Flags extends ClusterFlags, PlanFlags {
  readonly force?: boolean;
  readonly foreign?: boolean;
}

const EXAMPLES = `
Examples:
  irsa disassociate-oidc --cluster my-cluster               # show the plan, or which roles need it
  irsa disassociate-oidc --cluster my-cluster --approve     # apply
`;

/** `irsa disassociate-oidc`: deletes the cluster's identity provider once no role trusts it. */
export function disassociateOidc(context: CommandContext): Command {
  const command = new Command("disassociate-oidc")
    .description("delete the cluster's IAM OIDC identity provider once no role trusts it")
    .optionsGroup("Provider:")
    .option("--force", "delete it even while roles trust it; their pods lose access to AWS")
    .option("--foreign", "delete it even if irsa did not create it");
  addAwsOptions(addPlanOptions(command, ["text", "json"], ["--show-documents"]))
    .addHelpText("after", EXAMPLES)
    .action((flags: Flags) => run(flags, context));
  return command;
}

async function run(flags: Flags, context: CommandContext): Promise<void> {
  const desired = { force: flags.force === true, foreign: flags.foreign === true };
  await runPlanCommand(flags, context, async ({ aws, cluster }, terminal) => {
    const reading = observeRemoval(aws.iam, cluster, !desired.force);
    const observed = await during(terminal, "reading IAM's roles", reading);
    const provider = providerArn(cluster, cluster.issuer);
    return {
      ...planProviderRemoval(desired, observed),
      kubernetes: undefined,
      report: ({ state }) => ({
        result: {
          provider,
          issuer: cluster.issuer,
          trustedBy: valueOf(observed.trusting)?.map(({ arn }) => arn) ?? null,
        },
        lines:
          state === "done"
            ? ["", `  Deleted: ${provider}`]
            : [`  Nothing to do. Provider ${provider} does not exist`],
      }),
    };
  });
}
