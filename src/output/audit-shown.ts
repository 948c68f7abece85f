import type { NotRead } from "../model/access-answers.ts";
import { clusterRef } from "../model/arn.ts";
import type { AuditReport } from "../model/audit-report.ts";
import { SEVERITIES, type Finding, type Severity } from "../model/finding.ts";
import { isJsonObject, type JsonObject } from "../model/target-record.ts";
import { notReadIn, objectsIn, textIn, textsIn } from "./json-parts.ts";
import { remedyText } from "./remedy-text.ts";

/** What text shows of an audit. */
export interface ShownAudit {
  readonly findings: readonly ShownFinding[];
  readonly suppressed: number;
  readonly notes: readonly string[];
  readonly notRead: readonly NotRead[];
}

/** What text shows of a finding. */
export interface ShownFinding {
  readonly severity: Severity;
  readonly rule: string;
  /** Name of its cluster; empty for what is about none. */
  readonly cluster: string;
  readonly message: string;
  readonly known: boolean;
  readonly fix: string;
}

/** What is shown of a report. */
export function shownOf({ findings, suppressed, notes, notRead }: AuditReport): ShownAudit {
  return {
    findings: findings.map(({ severity, rule, subject, message, known, remedy }) => ({
      severity,
      rule,
      cluster: clusterNameOf({ subject }),
      message,
      known,
      fix: remedyText(remedy),
    })),
    suppressed: suppressed.length,
    notes,
    notRead,
  };
}

/** The name of a finding's cluster; empty for what is about none. */
export function clusterNameOf({ subject }: Pick<Finding, "subject">): string {
  return subject.cluster === undefined ? "" : clusterRef(subject.cluster).name;
}

/** The same of an audit's result in JSON, as far as it has the form of one: it may be from a file. */
export function shownIn(result: JsonObject): ShownAudit {
  return {
    findings: objectsIn(result["findings"]).flatMap(findingIn),
    suppressed: objectsIn(result["suppressed"]).length,
    notes: textsIn(result["notes"]),
    notRead: notReadIn(result),
  };
}

function findingIn(finding: JsonObject): ShownFinding[] {
  const severity = SEVERITIES.find((one) => one === finding["severity"]);
  if (severity === undefined) return [];
  const [subject, fix] = [finding["subject"], finding["fix"]];
  const cluster = isJsonObject(subject) ? subject["cluster"] : undefined;
  return [
    {
      severity,
      rule: textIn(finding["rule"]),
      cluster: isJsonObject(cluster) ? textIn(cluster["name"]) : "",
      message: textIn(finding["message"]),
      known: finding["known"] === true,
      fix: isJsonObject(fix) ? textIn(fix["text"]) : "",
    },
  ];
}
