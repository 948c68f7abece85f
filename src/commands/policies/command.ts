import { Command } from "commander";
import { POLICIES } from "../../output/list-shapes.ts";
import type { CommandContext } from "../command-context.ts";
import { addAllNamespacesOption, addListOptions } from "../shared/list-options.ts";
import { addAwsOptions, addKubernetesOptions } from "../shared/session/options.ts";
import { addTargetsOptions } from "../shared/targets/options.ts";
import { FORMATS, type PoliciesFlags } from "./flags.ts";

const EXAMPLES = `
POLICY is a field of wellKnownPolicies in a ClusterConfig, such as externalDNS. Makes no calls without --outdated.
--outdated compares the policies of each role with the catalog, by the actions and conditions of their documents. A role is
reported as outdated only if it has an earlier version, or eksctl's policy of that name with less than the current one.

Examples:
  irsa policies
  irsa policies velero                                          # its document, inputs and source
  irsa policies externalDNS -o jsonpath='{.policies[0].document}'
  irsa policies --outdated --cluster my-cluster                 # exit 3 if a role has an outdated policy
  irsa policies --outdated --targets accounts.yml               # many AWS accounts (docs/targets.md)
  irsa policies --outdated certManager --cluster my-cluster -n cert-manager -o json

Exit code: with --outdated 3 if a role has an outdated policy, 1 or 4 if something could not be read.
`;

/** `irsa policies`: the catalog of well-known policies, and which roles have an older document. */
export function policies(context: CommandContext): Command {
  const command = new Command("policies")
    .description("list the well-known policies, or the roles that have an outdated version of one")
    .argument("[policy...]", "well-known policies, such as externalDNS (default: all)")
    .optionsGroup("Scope:")
    .option("--outdated", "compare the roles of a cluster's ServiceAccounts with the catalog")
    .option("-n, --namespace <namespace>", "with --outdated: only ServiceAccounts in this namespace");
  addListOptions(addAllNamespacesOption(command).optionsGroup("Output:"), FORMATS, POLICIES);
  return addTargetsOptions(addKubernetesOptions(addAwsOptions(command)))
    .addHelpText("after", EXAMPLES)
    .action(async (names: string[], flags: PoliciesFlags) => {
      const { runPolicies } = await import("./run.ts");
      await runPolicies(names, flags, context);
    });
}
