import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import {
  addAwsOptions,
  addKubernetesOptions,
  addPlanOptions,
  type PlanFlags,
  type ClusterFlags,
} from "../shared/session/options.ts";

/** The flags of `verify` as commander gives them. */
export interface VerifyFlags extends ClusterFlags, PlanFlags {
  readonly namespace?: string;
  readonly all?: boolean;
  readonly strict?: boolean;
  readonly fix?: boolean;
}

const EXAMPLES = `
Examples:
  irsa verify --cluster my-cluster my-namespace/my-account        # a ServiceAccount, with the pods that run with it
  irsa verify --cluster my-cluster deploy/my-namespace/my-app     # a workload, and the ServiceAccount that it names
  irsa verify --cluster my-cluster --all -o json                  # every ServiceAccount that names a role
  irsa verify --cluster my-cluster --all --fix                    # plan what is irsa's to mend; --approve does it

Exit code: 0 works, or unproven (1 with --strict); 3 broken.
`;

/** `irsa verify`: the chain from cluster to credentials, link by link, and the first that is broken. */
export function verify(context: CommandContext): Command {
  const command = new Command("verify").description(
    "follow the chain from cluster to credentials, and name the first broken link",
  );
  command
    .optionsGroup("What is verified:")
    .argument(
      "[subject...]",
      "namespace/account, or pod, deploy, ds, sts, cronjob or job as kind/namespace/name",
    )
    .option("-n, --namespace <namespace>", "all ServiceAccounts of the namespace that name a role")
    .option("--all", "all ServiceAccounts of the cluster that name a role")
    .option("--strict", "exit 1 where it can't be proved that the chain holds")
    .option("--fix", "plan what is irsa's to mend: the provider, and ServiceAccounts whose role irsa keeps");
  // A broken chain is exit code 3 by itself.
  addPlanOptions(command, ["text", "json"], ["--exit-code"]);
  addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (subjects: string[], flags: VerifyFlags) => {
      const { runVerify } = await import("./run.ts");
      await runVerify(subjects, flags, context);
    });
  return command;
}
