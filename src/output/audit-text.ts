import type { ChalkInstance } from "chalk";
import type { AuditReport, ReportedFinding } from "../model/audit-report.ts";
import { SEVERITIES, type Severity } from "../model/finding.ts";
import { notReadLines } from "./access-text.ts";
import { aligned, table } from "./columns.ts";
import { printable } from "./printable.ts";

/** An audit as people read it: a line for each finding, and below it, or below those alike, how it is mended. */
export function auditLines(report: AuditReport, colour: ChalkInstance): string[] {
  const { account, clusters, findings, notes, notRead } = report;
  const several = clusters.length > 1;
  const rows = table(findings.map((one) => cells(one, several)));
  return [
    "",
    ...aligned([
      ["account", account],
      [several ? "clusters" : "cluster", clusters.map(({ name }) => name).join(", ")],
    ]),
    "",
    ...findings.flatMap((finding, at) => [
      painted(rows[at] ?? "", finding.severity, colour),
      ...(findings[at + 1]?.mend.text === finding.mend.text
        ? []
        : [colour.dim(`      → ${printable(finding.mend.text)}`)]),
    ]),
    ...(findings.length === 0 ? [] : [""]),
    `  ${summaryText(report)}`,
    ...notes.map((note) => `  ${colour.yellow("!")} ${printable(note)}`),
    ...notReadLines(notRead, colour),
  ];
}

/** How much was found, in one line. */
export function summaryText({ findings, suppressed, notRead }: AuditReport): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const number = findings.filter((one) => one.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}`];
  });
  const known = findings.filter((one) => one.known).length;
  const parts = [
    counts.join(", ") || (notRead.length === 0 ? "Nothing found" : "Nothing found in what could be read"),
    ...(known > 0 ? [`${known} of them known by the baseline`] : []),
    ...(suppressed.length > 0 ? [`${suppressed.length} suppressed`] : []),
  ];
  return parts.join(" · ");
}

function cells({ severity, rule, subject, message, known }: ReportedFinding, withCluster: boolean): string[] {
  return [
    severity,
    rule,
    ...(withCluster ? [subject.cluster ?? ""] : []),
    `${printable(message)}${known ? " (known)" : ""}`,
  ];
}

function painted(row: string, severity: Severity, colour: ChalkInstance): string {
  const paint = { critical: colour.red.bold, high: colour.red, medium: colour.yellow, low: colour.blue }[
    severity
  ];
  return row.replace(severity, (word) => paint(word));
}
