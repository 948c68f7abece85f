import type { AuditReport, Place, ReportedFinding } from "../model/audit-report.ts";
import { isAtLeast, type Finding, type Severity } from "../model/finding.ts";
import { evaluate, type Evaluation } from "./evaluation.ts";
import { inOrder } from "./findings.ts";
import type { Observed } from "./observe.ts";
import { suppressionsIn, suppressionsOf, withoutSuppressed, type Suppression } from "./suppression.ts";
import { notRead } from "./who-can.ts";

/** The requested part of an audit. */
export interface Asked {
  /** Less severe findings are omitted. */
  readonly severity: Severity;
  /** Codes; empty for all. */
  readonly rules: readonly string[];
  /** Empty for all. */
  readonly namespaces: readonly string[];
  /** Ids of ServiceAccounts, which alone are reported on then. */
  readonly selected?: ReadonlySet<string>;
  readonly unusedDays: number;
  /** The suppressions in the organization's file. */
  readonly suppressions: readonly Suppression[];
  /** The organization's file, if there is one. */
  readonly organizationFile?: string;
  /** Fingerprints of known findings. */
  readonly baseline: ReadonlySet<string>;
  /** Where ServiceAccounts are defined in files, by `namespace/name`. */
  readonly places: ReadonlyMap<string, Place>;
}

/** Evaluates the rules, and keeps what was requested. */
export function reportOf(observed: Observed, asked: Asked): AuditReport {
  return reportOn(evaluate(observed, asked), asked);
}

/** Keeps what was requested. */
export function reportOn({ observed: { inventory }, found }: Evaluation, asked: Asked): AuditReport {
  const wanted = inOrder([...found.values()].flat().filter((finding) => isAsked(finding, asked)));
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
    rules: [...found.keys()],
  };
}

/** Findings about all namespaces, such as a role that is open to all, are omitted if namespaces were requested. */
function isAsked({ severity, namespaces, subject }: Finding, asked: Asked): boolean {
  if (asked.selected?.has(subject.id) === false) return false;
  if (!isAtLeast(severity, asked.severity)) return false;
  return asked.namespaces.length === 0 || namespaces.some((one) => asked.namespaces.includes(one));
}

function reported(finding: Finding, { baseline, places }: Asked): ReportedFinding {
  const { kind, name } = finding.subject;
  const place = kind === "service-account" ? places.get(name) : undefined;
  return { ...finding, known: baseline.has(finding.fingerprint), ...(place !== undefined && { place }) };
}
