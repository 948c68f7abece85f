import { Command, InvalidArgumentError, Option } from "commander";
import { SEVERITIES } from "../../model/finding.ts";
import type { ClustersFlags } from "../shared/session/several-clusters.ts";
import type { CommandContext } from "../command-context.ts";
import { addClustersOptions, addKubernetesOptions, gather } from "../shared/session/options.ts";

/** The flags of `audit`. */
export interface AuditFlags extends ClustersFlags {
  readonly namespace?: readonly string[];
  readonly rule?: readonly string[];
  readonly severity: (typeof SEVERITIES)[number];
  readonly failOn: (typeof SEVERITIES)[number] | "never";
  readonly unusedDays: number;
  readonly baseline?: string;
  readonly file?: readonly string[];
  readonly output: "table" | "json" | "sarif" | "markdown";
}

const EXAMPLES = `
Examples:
  irsa audit --cluster my-cluster
  irsa audit --cluster blue --cluster green --severity high
  irsa audit -c my-cluster -o json > baseline.json       # what is known today …
  irsa audit -c my-cluster --baseline baseline.json      # … does not fail tomorrow
  irsa audit -c my-cluster -f manifests/ -o sarif > irsa.sarif

What is known and borne is said on the ServiceAccount, with a reason and a day:
  irsa/ignore: "no-workload=runs once a year until 2027-03-01"
`;

/** `irsa audit`: every role against every ServiceAccount, and what is wrong with it. */
export function audit(context: CommandContext): Command {
  const command = new Command("audit").description(
    "judge every role's trust against every ServiceAccount of the clusters, and find what is wrong",
  );
  command
    .optionsGroup("What is looked at:")
    .option("-n, --namespace <namespace>", "only findings that concern it (repeatable)", gather)
    .option("--rule <code>", "only this rule (repeatable)", gather)
    .addOption(severityOption("--severity <severity>", "only what is at least as bad").default("low"))
    .option("--unused-days <days>", "after how many days a role counts as unused", parseDays, 90)
    .option("-f, --file <path>", "manifests, which findings then name (file or folder, repeatable)", gather)
    .optionsGroup("Answer:")
    .option("--baseline <file>", "an earlier audit in JSON: what it has found is known, and does not fail")
    .addOption(
      new Option("--fail-on <severity>", "exit 3 if something new is at least as bad")
        .choices([...SEVERITIES, "never"])
        .default("medium"),
    )
    .addOption(
      new Option("-o, --output <format>", "output format")
        .choices(["table", "json", "sarif", "markdown"])
        .default("table"),
    );
  return addKubernetesOptions(addClustersOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (flags: AuditFlags) => (await import("./run.ts")).runAudit(flags, context));
}

function severityOption(flags: string, description: string): Option {
  return new Option(flags, description).choices([...SEVERITIES]);
}

function parseDays(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= 400) return Number(text);
  throw new InvalidArgumentError("is no number of days from 1 to 400, which is as far as IAM looks back.");
}
