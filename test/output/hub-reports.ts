import { RULES } from "../../src/audit/all-rules.ts";
import type { ClusterArn } from "../../src/model/arn.ts";
import type { AuditReport, ReportedFinding } from "../../src/model/audit-report.ts";

const BLUE = "arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/blue" as ClusterArn;

/** A report in which one text stands wherever others than irsa write. */
export function reportWith(text: string): AuditReport {
  const of = (kind: ReportedFinding["subject"]["kind"], at: number): ReportedFinding => ({
    rule: "role-gone",
    severity: "high",
    subject: { kind, name: text, id: `${BLUE}/${text}`, ...(kind !== "role" && { cluster: BLUE }) },
    message: text,
    evidence: Array.from({ length: 60 }, () => ["annotation", text] as const),
    remedy: { kind: "command", command: ["irsa", "verify", text] },
    namespaces: [],
    fingerprint: `fingerprint-${kind}-${at}`,
    known: false,
    place: { file: text, line: 1 },
  });
  const kinds = ["role", "service-account", "provider", "cluster"] as const;
  return {
    awsAccount: "111122223333",
    organizationFile: text,
    clusters: [{ name: "blue", arn: BLUE }],
    findings: kinds.map(of),
    suppressed: [{ finding: of("role", 9), reason: text, until: "2027-03-01" }],
    notes: [text],
    notRead: [{ what: text, code: "x", message: text }],
    rules: RULES,
  };
}

/** An audit of names that mean something to a screen, a shell, JSON or HTML. */
export const HOSTILE_AUDIT = reportWith("\u0000\u001b[31m\"'<>&\\\n::add-mask::x\u202e\uD800");

/** An audit of texts beyond the limits of every format. */
export const LONG_AUDIT = reportWith("🦀 long/".repeat(2000));
