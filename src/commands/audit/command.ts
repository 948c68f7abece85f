import { Command, InvalidArgumentError, Option } from "commander";
import { SEVERITIES } from "../../model/finding.ts";
import { FINDINGS } from "../../output/list-shapes.ts";
import type { CommandContext } from "../command-context.ts";
import { addAllNamespacesOption, addListOptions, addSelectorOption } from "../shared/list-options.ts";
import { addClustersOptions, addKubernetesOptions, gather } from "../shared/session/options.ts";
import { addTargetsOptions } from "../shared/targets/options.ts";
import type { AuditFlags } from "./flags.ts";
import { optimizeLess } from "../shared/optimize-less.ts";

const EXAMPLES = `
Examples:
  irsa audit --cluster my-cluster
  irsa audit --cluster blue --cluster green --severity high
  irsa audit -c my-cluster -o json > baseline.json       # record today's findings …
  irsa audit -c my-cluster --baseline baseline.json      # … and don't fail on them later
  irsa audit -c my-cluster -f manifests/ -o sarif > irsa.sarif
  irsa audit --all-clusters --region eu-west-1,us-east-1
  irsa audit --targets accounts.yml -o json              # many AWS accounts (docs/targets.md)

To suppress a finding, annotate the ServiceAccount with a reason and an end date:
  irsa/ignore: "no-workload=runs once a year until 2027-03-01"
`;

/** `irsa audit`: checks every role against every ServiceAccount. */
export function audit(context: CommandContext): Command {
  const command = new Command("audit").description(
    "check every role's trust policy against every ServiceAccount of the clusters, and report problems",
  );
  command
    .optionsGroup("Scope:")
    .option("-n, --namespace <namespace>", "only findings in this namespace (repeatable)", gather);
  addSelectorOption(addAllNamespacesOption(command), "findings about ");
  command
    .option("--rule <code>", "only this rule (repeatable)", gather)
    .addOption(severityOption("--severity <severity>", "minimum severity to report").default("low"))
    .option("--unused-days <days>", "days without use after which a role is unused", parseDays, 90)
    .option(
      "-f, --file <path>",
      "manifests that findings are located in (file or directory, repeatable)",
      gather,
    )
    .optionsGroup("Output:")
    .option("--baseline <file>", "earlier audit in JSON; findings in it are known and don't fail the run")
    .addOption(
      new Option("--fail-on <severity>", "exit 3 on new findings of this severity or higher")
        .choices([...SEVERITIES, "never"])
        .default("medium"),
    );
  addListOptions(command, ["table", "json", "sarif", "asff", "ocsf", "markdown"], FINDINGS);
  return addTargetsOptions(addKubernetesOptions(addClustersOptions(command)))
    .addHelpText("after", EXAMPLES)
    .action(async (flags: AuditFlags) => {
      optimizeLess();
      const { runAudit } = await import("./run.ts");
      await runAudit(flags, context);
    });
}

function severityOption(flags: string, description: string): Option {
  return new Option(flags, description).choices([...SEVERITIES]);
}

function parseDays(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= 400) return Number(text);
  throw new InvalidArgumentError("Use 1 to 400 days, as far back as IAM reports last use.");
}
