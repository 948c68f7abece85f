import type { AuditReport, Place, ReportedFinding } from "../model/audit-report.ts";
import { isAtLeast, type Finding, type Severity } from "../model/finding.ts";
import { RULES } from "./all-rules.ts";
import { findingsOf } from "./findings.ts";
import type { Observed } from "./observe.ts";
import { auditOf } from "./rule.ts";
import { suppressionsIn, suppressionsOf, withoutSuppressed, type Suppression } from "./suppression.ts";
import { notRead } from "./who-can.ts";

/** What of an audit is asked for. */
export interface Asked {
  /** What is less bad is left out. */
  readonly severity: Severity;
  /** Codes; empty for all. */
  readonly rules: readonly string[];
  /** Empty for all. */
  readonly namespaces: readonly string[];
  readonly unusedDays: number;
  /** What the organization's file bears. */
  readonly suppressions: readonly Suppression[];
  /** The organization's file, where there is one. */
  readonly organizationFile?: string;
  /** Fingerprints that are known. */
  readonly baseline: ReadonlySet<string>;
  /** Where ServiceAccounts stand in files, by `namespace/name`. */
  readonly places: ReadonlyMap<string, Place>;
}

/** Judges what was observed, and keeps what is asked for. */
export function reportOf(observed: Observed, asked: Asked): AuditReport {
  const { inventory } = observed;
  const rules = RULES.filter(({ code }) => asked.rules.length === 0 || asked.rules.includes(code));
  const wanted = findingsOf(auditOf(observed, asked.unusedDays), rules).filter((finding) =>
    isAsked(finding, asked),
  );
  const [ofFile, ofServiceAccounts] = [
    suppressionsOf(asked.suppressions, inventory.now),
    suppressionsIn(inventory),
  ];
  const suppressions = [...ofFile.suppressions, ...ofServiceAccounts.suppressions];
  const { findings, suppressed } = withoutSuppressed(wanted, suppressions);
  const report = (finding: Finding): ReportedFinding => reported(finding, asked);
  const [first] = inventory.clusters;
  const { organizationFile } = asked;
  return {
    ...(organizationFile !== undefined && { organizationFile }),
    awsAccount: first?.cluster.awsAccount ?? "",
    clusters: inventory.clusters.map(({ cluster: { name, arn } }) => ({ name, arn })),
    findings: findings.map(report),
    suppressed: suppressed.map(({ finding, suppression: { reason, until } }) => ({
      finding: report(finding),
      reason,
      until,
    })),
    notes: [...ofFile.notes, ...ofServiceAccounts.notes],
    notRead: notRead(inventory.gaps),
    rules,
  };
}

/** What concerns any namespace, as a role that is open to all, is left out where some are asked for. */
function isAsked({ severity, namespaces }: Finding, asked: Asked): boolean {
  if (!isAtLeast(severity, asked.severity)) return false;
  return asked.namespaces.length === 0 || namespaces.some((one) => asked.namespaces.includes(one));
}

function reported(finding: Finding, { baseline, places }: Asked): ReportedFinding {
  const { kind, name } = finding.subject;
  const place = kind === "service-account" ? places.get(name) : undefined;
  return { ...finding, known: baseline.has(finding.fingerprint), ...(place !== undefined && { place }) };
}
