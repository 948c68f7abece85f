import { line, type Piece, type Styles } from "./line.ts";
import type { AuditReport, ReportedFinding } from "../model/audit-report.ts";
import { clusterRef } from "../model/arn.ts";
import { SEVERITIES, type Severity } from "../model/finding.ts";
import { notReadLines } from "./access-text.ts";
import { aligned, table } from "./columns.ts";
import { INVOKED_AS } from "./invocation.ts";
import { remedyText } from "./remedy-text.ts";

/** An audit as text: a line for each finding, and below it, or below a group of the same kind, how to fix it. */
export function auditLines(report: AuditReport, color: Styles): Piece[] {
  const { awsAccount, clusters, organizationFile, findings } = report;
  const several = clusters.length > 1;
  const remedies = findings.map(({ remedy }) => remedyText(remedy));
  const rows = table(findings.map((one) => cells(one, several, color)));
  return [
    "",
    ...aligned([
      ["AWS account", awsAccount],
      [several ? "clusters" : "cluster", clusters.map(({ name }) => name).join(", ")],
      ...(organizationFile === undefined ? [] : [["rules", organizationFile] as const]),
    ]),
    "",
    ...findings.flatMap((_, at) => [
      rows[at] ?? "",
      ...(remedies[at + 1] === remedies[at] ? [] : [color.dim(`      → ${remedies[at] ?? ""}`)]),
    ]),
    ...(findings.length === 0 ? [] : [""]),
    `  ${summaryText(report)}`,
    ...findings
      .slice(0, 1)
      .map(({ rule }) => `  Run ${INVOKED_AS} explain ${rule} for why it matters and how to fix it.`),
    ...reservations(report, color),
  ];
}

/** What a format that has findings alone can't say: how much was found, by which rules, and what was not judged. */
export function auditRemarks(report: AuditReport, color: Styles): Piece[] {
  const { organizationFile } = report;
  return [
    ...(organizationFile === undefined ? [] : [line`  Org policy  ${organizationFile}`]),
    `  ${summaryText(report)}`,
    ...reservations(report, color),
  ];
}

function reservations({ notes, notRead }: AuditReport, color: Styles): Piece[] {
  return [...notes.map((note) => line`  ${color.yellow("!")} ${note}`), ...notReadLines(notRead, color)];
}

/** How much was found, in one line. */
export function summaryText({ findings, suppressed, notRead }: AuditReport): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const number = findings.filter((one) => one.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}`];
  });
  const known = findings.filter((one) => one.known).length;
  const parts = [
    counts.join(", ") || (notRead.length === 0 ? "No findings" : "No findings in what could be read"),
    ...(known > 0 ? [`${known} of them in the baseline`] : []),
    ...(suppressed.length > 0 ? [`${suppressed.length} suppressed`] : []),
  ];
  return parts.join(" · ");
}

function cells(
  { severity, rule, subject, message, known }: ReportedFinding,
  withCluster: boolean,
  color: Styles,
): Piece[] {
  return [
    painted(severity, color),
    rule,
    ...(withCluster ? [subject.cluster === undefined ? "" : clusterRef(subject.cluster).name] : []),
    `${message}${known ? " (known)" : ""}`,
  ];
}

function painted(severity: Severity, color: Styles): Piece {
  const paint = { critical: color.boldRed, high: color.red, medium: color.yellow, low: color.blue };
  return paint[severity](severity);
}
