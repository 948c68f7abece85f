import { line, type Piece, type Styles } from "./line.ts";
import type { AuditReport } from "../model/audit-report.ts";
import { SEVERITIES, type Severity } from "../model/finding.ts";
import type { JsonObject } from "../model/target-record.ts";
import { notReadLines } from "./access-text.ts";
import { shownIn, shownOf, type ShownAudit, type ShownFinding } from "./audit-shown.ts";
import { aligned, table } from "./columns.ts";
import { INVOKED_AS } from "./invocation.ts";

/** An audit as text: a line for each finding, and below it, or below a group of the same kind, how to fix it. */
export function auditLines(report: AuditReport, color: Styles): Piece[] {
  const { awsAccount, clusters, organizationFile } = report;
  const several = clusters.length > 1;
  const shown = shownOf(report);
  return [
    "",
    ...aligned([
      ["AWS account", awsAccount],
      [several ? "clusters" : "cluster", clusters.map(({ name }) => name).join(", ")],
      ...(organizationFile === undefined ? [] : [["rules", organizationFile] as const]),
    ]),
    "",
    ...findingLines(shown, several, "  ", color),
    ...(shown.findings.length === 0 ? [] : [""]),
    `  ${summaryText(report)}`,
    ...shown.findings.slice(0, 1).map(({ rule }) => explainLine(rule)),
    ...reservations(shown, color),
  ];
}

/** Where to read about a rule. */
export function explainLine(rule: string): string {
  return `  Run ${INVOKED_AS} explain ${rule} for why it matters and how to fix it.`;
}

/** What was found in one of many targets, below its name. @param result of an audit in JSON */
export function auditTargetLines(result: JsonObject, severalClusters: boolean, color: Styles): Piece[] {
  const shown = shownIn(result);
  return [...findingLines(shown, severalClusters, "      ", color), ...reservations(shown, color)];
}

/** How much that is, in one line. */
export function auditTargetSummary(result: JsonObject): string {
  return countsText(countsOf(shownIn(result)));
}

function findingLines({ findings }: ShownAudit, several: boolean, indent: string, color: Styles): Piece[] {
  const rows = table(
    findings.map((one) => cells(one, several, color)),
    indent,
  );
  return findings.flatMap(({ fix }, at) => [
    rows[at] ?? "",
    ...(findings[at + 1]?.fix === fix ? [] : [color.dim(`${indent}    → ${fix}`)]),
  ]);
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

function reservations({ notes, notRead }: Pick<ShownAudit, "notes" | "notRead">, color: Styles): Piece[] {
  return [...notes.map((note) => line`  ${color.yellow("!")} ${note}`), ...notReadLines(notRead, color)];
}

/** How much was found, in one line. */
export function summaryText(report: AuditReport): string {
  return countsText(countsOf(shownOf(report)));
}

/** How many findings there are of each severity, and of what else. */
export interface AuditCounts {
  readonly bySeverity: Readonly<Partial<Record<string, number>>>;
  readonly known: number;
  readonly suppressed: number;
  /** True if everything could be read. */
  readonly isWhole: boolean;
}

function countsOf({ findings, suppressed, notRead }: ShownAudit): AuditCounts {
  const count = (severity: Severity) => findings.filter((one) => one.severity === severity).length;
  return {
    bySeverity: Object.fromEntries(SEVERITIES.map((severity) => [severity, count(severity)])),
    known: findings.filter((one) => one.known).length,
    suppressed,
    isWhole: notRead.length === 0,
  };
}

/** The counts in one line. */
export function countsText({ bySeverity, known, suppressed, isWhole }: AuditCounts): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const number = bySeverity[severity] ?? 0;
    return number === 0 ? [] : [`${number} ${severity}`];
  });
  const parts = [
    counts.join(", ") || (isWhole ? "No findings" : "No findings in what could be read"),
    ...(known > 0 ? [`${known} of them in the baseline`] : []),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
  ];
  return parts.join(" · ");
}

function cells(
  { severity, rule, cluster, message, known }: ShownFinding,
  withCluster: boolean,
  color: Styles,
): Piece[] {
  return [
    painted(severity, color),
    rule,
    ...(withCluster ? [cluster] : []),
    `${message}${known ? " (known)" : ""}`,
  ];
}

function painted(severity: Severity, color: Styles): Piece {
  const paint = { critical: color.boldRed, high: color.red, medium: color.yellow, low: color.blue };
  return paint[severity](severity);
}
