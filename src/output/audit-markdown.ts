import type { AuditReport, ReportedFinding } from "../model/audit-report.ts";
import { summaryText } from "./audit-text.ts";
import { printable } from "./printable.ts";

/** An audit as a Markdown page, with evidence and mends; what comes from AWS or the cluster is inert in it. */
export function auditMarkdown(report: AuditReport): string {
  const { account, clusters, findings, suppressed, notes, notRead } = report;
  return [
    "# Who can become what: audit",
    "",
    `AWS account ${account}; ${clusters.map(({ name }) => inert(name)).join(", ")}. ${summaryText(report)}.`,
    "",
    ...(findings.length === 0 ? [] : ["| Severity | Rule | What |", "|---|---|---|"]),
    ...findings.map(
      (one) => `| ${one.severity} | ${one.rule} | ${inert(one.message)}${one.known ? " (known)" : ""} |`,
    ),
    ...findings.flatMap(section),
    ...list(
      "Suppressed",
      suppressed.map(
        ({ finding, reason, until }) =>
          `${finding.rule}: ${inert(finding.message)} — ${inert(reason)}, until ${until}`,
      ),
    ),
    ...list("Suppressions that do not hold", notes.map(inert)),
    ...list(
      "Not read",
      notRead.map(({ what, message }) => `${inert(what)}: ${inert(message)}`),
    ),
  ].join("\n");
}

function section({ rule, severity, message, evidence, mend, place, subject }: ReportedFinding): string[] {
  return [
    "",
    `## ${rule}: ${inert(subject.name)}`,
    "",
    `**${severity}** — ${inert(message)}`,
    "",
    ...evidence.map(([label, value]) => `- ${label}: ${inert(value)}`),
    ...(place === undefined ? [] : [`- in ${inert(place.file)}, line ${place.line}`]),
    "",
    ...(mend.kind === "command" ? ["```sh", fenced(mend.text), "```"] : [`${inert(mend.text)}.`]),
  ];
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ["", `## ${title}`, "", ...items.map((item) => `- ${item}`)];
}

/** Every character that Markdown or HTML could act on is escaped. */
function inert(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_{}[\]()#+!|~>]/g, (character) => `\\${character}`);
}

/** A command has no line breaks; three backticks would end the fence. */
function fenced(text: string): string {
  return printable(text).replaceAll("```", "` ` `");
}
