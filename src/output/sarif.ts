import { json } from "./json.ts";
import { printable } from "../model/printable.ts";
import { remedyText } from "./remedy-text.ts";
import type { TextBlock } from "./text-block.ts";
import type { AuditReport, Place, ReportedFinding } from "../model/audit-report.ts";
import type { FindingSubject, RuleText, Severity } from "../model/finding.ts";

const LEVELS: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
};

/** What code scanners sort by: CVSS-like, from 0 to 10. */
const SECURITY_SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
};

/**
 * An audit as SARIF. A result names the manifest's line where its ServiceAccount is in one, and always the resource.
 * Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; GitHub, "SARIF support for code
 * scanning" (what is asked beyond the standard: docs/decisions/0013-sarif-has-a-place.md).
 */
export function auditSarif(report: AuditReport, version: string): TextBlock {
  const log = { ...report, version, category: categoryOf(report) };
  return json(sarifLog(log, sarifResults(report)));
}

/** What a log says beside its results. */
export interface SarifFrame extends Pick<AuditReport, "rules" | "organizationFile" | "notRead"> {
  readonly version: string;
  /** Tells it from other logs, whose results it must not replace; the name ends at the last `/`. */
  readonly category: string;
}

/** A log with these results, which are the last of its values. */
export function sarifLog(
  { rules, organizationFile, notRead, version, category }: SarifFrame,
  results: readonly object[],
): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "irsa", version, rules: rules.map(descriptor) } },
        ...(organizationFile !== undefined && { properties: { organizationFile } }),
        automationDetails: { id: category },
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: notRead.length === 0,
            toolExecutionNotifications: notRead.map(({ what, code, message }) => ({
              level: "error",
              descriptor: { id: code },
              message: { text: plain(`${what}: ${message}`) },
            })),
          },
        ],
        results,
      },
    ],
  };
}

/** The results of a report. */
export function sarifResults({ findings, suppressed, rules }: AuditReport): readonly object[] {
  const result = (finding: ReportedFinding): object => resultOf(finding, rules);
  return [
    ...findings.map(result),
    ...suppressed.map(({ finding, reason, until }) => ({
      ...result(finding),
      suppressions: [
        { kind: "external", status: "accepted", justification: printable(`${reason} (until ${until})`) },
      ],
    })),
  ];
}

function descriptor({ code, title, severity, why, finds, remedies, sources }: RuleText): object {
  const text = [why, finds, remedies].join("\n\n");
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text, markdown: text },
    ...(sources[0] !== undefined && { helpUri: sources[0] }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: ["security", "iam", "kubernetes"],
      "security-severity": SECURITY_SEVERITIES[severity],
    },
  };
}

function resultOf(finding: ReportedFinding, rules: readonly RuleText[]): object {
  const { rule, severity, message, subject, place, remedy, evidence, fingerprint, known } = finding;
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ code }) => code === rule),
    level: LEVELS[severity],
    message: {
      text: plain(`${message}. ${remedy.kind === "command" ? "To fix it: " : ""}${remedyText(remedy)}`),
    },
    locations: [
      {
        physicalLocation: physical(place ?? { file: pathOf(subject), line: 1 }),
        logicalLocations: [
          {
            name: printable(subject.name),
            fullyQualifiedName: printable(subject.id),
            kind: "resource",
          },
        ],
      },
    ],
    partialFingerprints: { "irsa/v1": fingerprint, primaryLocationLineHash: fingerprint },
    baselineState: known ? "unchanged" : "new",
    properties: { severity, evidence: evidence.map(([label, value]) => printable(`${label}: ${value}`)) },
  };
}

function categoryOf({ clusters }: AuditReport): string {
  const names = clusters.map(({ arn }) => segmentsOf(arn).slice(1).join("/"));
  return `irsa/${names.toSorted().join("+")}/`;
}

/** A stand-in for a file: what is found in AWS or in a cluster is in none, and scanners show no result without. */
function pathOf({ id }: FindingSubject): string {
  return segmentsOf(id).join("/");
}

/** An ARN's parts; names that are dots alone would lead out of the folder. */
function segmentsOf(arn: string): readonly string[] {
  return arn.split(/[:/]/).filter((part) => part !== "arn" && !/^\.*$/.test(part));
}

function physical({ file, line }: Place): object {
  return { artifactLocation: { uri: fileUri(file) }, region: { startLine: line } };
}

/** A message's text in which nothing is a link. Source: SARIF 2.1.0, 3.11.6. */
function plain(text: string): string {
  return printable(text).replaceAll(/[\\[\]]/g, String.raw`\$&`);
}

/** A relative reference, as scanners resolve it against the repository. Source: RFC 3986. */
function fileUri(file: string): string {
  return wellFormed(file).replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
}

/** Half a surrogate pair is not a character, and can't be encoded. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, "\uFFFD");
}
