import { camelCase } from "./camel-case.ts";
import { clusterJsonOf, fixJson, labeledJson } from "./json-forms.ts";
import type { AuditReport, ReportedFinding } from "../model/audit-report.ts";
import { SEVERITIES, type FindingSubject } from "../model/finding.ts";

/** The result of an audit (docs/json.md); the answer can be given to `--baseline` again. */
export function auditResult(report: AuditReport): object {
  const { awsAccount, findings, suppressed, notes, notRead } = report;
  const counts = SEVERITIES.map((severity) => [
    severity,
    findings.filter((one) => one.severity === severity).length,
  ]);
  return {
    awsAccount,
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
}

/** A finding in JSON. */
export function findingJson({ evidence, subject, remedy, place, ...finding }: ReportedFinding): object {
  return {
    ...finding,
    subject: subjectJson(subject),
    evidence: labeledJson(evidence),
    fix: fixJson(remedy),
    place: place ?? null,
  };
}

/** A ServiceAccount is called `namespace/name` by people alone. */
function subjectJson({ kind, name, id, cluster }: FindingSubject): object {
  const slash = name.indexOf("/");
  const named =
    kind === "service-account" && slash !== -1
      ? { namespace: name.slice(0, slash), name: name.slice(slash + 1) }
      : { name };
  return {
    kind: camelCase(kind),
    ...named,
    id,
    cluster: cluster === undefined ? null : clusterJsonOf(cluster),
  };
}
