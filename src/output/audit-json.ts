import { json } from "./json.ts";
import type { TextBlock } from "./text-block.ts";
import type { AuditReport, ReportedFinding } from "../model/audit-report.ts";
import { SEVERITIES } from "../model/finding.ts";

/** An audit as versioned JSON (docs/json.md); it can be given to `--baseline` again. */
export function auditJson(report: AuditReport): TextBlock {
  const { awsAccount, clusters, findings, suppressed, notes, notRead, organizationFile = null } = report;
  const counts = SEVERITIES.map((severity) => [
    severity,
    findings.filter((one) => one.severity === severity).length,
  ]);
  const document = {
    schemaVersion: 1,
    awsAccount,
    clusters,
    organizationFile,
    summary: {
      ...(Object.fromEntries(counts) as object),
      known: findings.filter(({ known }) => known).length,
      suppressed: suppressed.length,
    },
    findings: findings.map(findingJson),
    suppressed: suppressed.map(({ finding, reason, until }) => ({ ...findingJson(finding), reason, until })),
    notes,
    notRead,
  };
  return json(document);
}

/** A finding as it stands in JSON documents. */
export function findingJson({ evidence, ...finding }: ReportedFinding): object {
  return { ...finding, evidence: evidence.map(([label, value]) => ({ label, value })) };
}
