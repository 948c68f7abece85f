import { clusterRef, splitArn, type ClusterArn } from "../model/arn.ts";
import type { AuditReport, ReportedFinding } from "../model/audit-report.ts";
import type { FindingSubject } from "../model/finding.ts";
import { printable } from "../model/printable.ts";
import { atMost } from "./at-most.ts";
import type { FoundBy } from "./found-by.ts";
import { json } from "./json.ts";
import { remedyText } from "./remedy-text.ts";
import type { TextBlock } from "./text-block.ts";

/** What a call of BatchImportFindings takes of a finding; it refuses one that has more. */
const LIMITS = { id: 512, title: 256, description: 1024, remediation: 512, fields: 50, field: 2048 } as const;

/**
 * An audit in the AWS Security Finding Format, as `aws securityhub batch-import-findings --findings` takes it (a hundred
 * in a call). Source: AWS Security Hub User Guide, "AWS Security Finding Format (ASFF)"; API Reference,
 * AwsSecurityFinding and BatchImportFindings.
 */
export function auditAsff(report: AuditReport, foundBy: FoundBy): TextBlock {
  return json(asffFindings(report, foundBy));
}

/** The findings of such an array. */
export function asffFindings(report: AuditReport, foundBy: FoundBy): readonly object[] {
  const { findings, suppressed } = report;
  return [
    ...findings.map((finding) => ({ ...findingOf(finding, report, foundBy), RecordState: "ACTIVE" })),
    ...suppressed.map(({ finding, reason, until }) => ({
      ...findingOf(finding, report, foundBy, [["irsa/suppressed", `${reason} (until ${until})`]]),
      // A later audit may make it active again. `Workflow` it can't change: that belongs to who works on the finding.
      RecordState: "ARCHIVED",
    })),
  ];
}

function findingOf(
  finding: ReportedFinding,
  { awsAccount, clusters, organizationFile, rules }: AuditReport,
  { version, at }: FoundBy,
  more: readonly Field[] = [],
): object {
  const { rule, severity, subject, message, evidence, remedy, fingerprint, known, place } = finding;
  const text = rules.find(({ code }) => code === rule);
  const time = at.toISOString();
  const fields: readonly Field[] = [
    ["irsa/version", version],
    ["irsa/rule", rule],
    ["irsa/fingerprint", fingerprint],
    ["irsa/known", String(known)],
    ...(organizationFile === undefined ? [] : [["irsa/organizationFile", organizationFile] as const]),
    ...(place === undefined ? [] : [["irsa/place", `${place.file}:${place.line}`] as const]),
    ...more,
    ...evidence.map(([label, value], at) => [`irsa/evidence/${at + 1}`, `${label}: ${value}`] as const),
  ];
  return {
    SchemaVersion: "2018-10-08",
    Id: `irsa/${awsAccount}/${rule}/${fingerprint}`,
    ProductArn: productArn(awsAccount, clusters[0]?.arn),
    GeneratorId: `irsa/${rule}`,
    AwsAccountId: awsAccount,
    Types: ["Software and Configuration Checks/AWS Security Best Practices"],
    CreatedAt: time,
    UpdatedAt: time,
    Severity: { Label: severity.toUpperCase(), Original: severity },
    Title: limited(LIMITS.title, text?.title ?? rule),
    Description: limited(LIMITS.description, message),
    Remediation: {
      Recommendation: {
        Text: limited(LIMITS.remediation, remedyText(remedy)),
        ...(text?.sources[0] !== undefined && { Url: text.sources[0] }),
      },
    },
    ProductFields: Object.fromEntries(
      fields.slice(0, LIMITS.fields).map(([name, value]) => [name, limited(LIMITS.field, value)]),
    ),
    Resources: resourcesOf(subject),
  };
}

type Field = readonly [name: string, value: string];

/** The product that every AWS account has for findings of its own, in the region that they are imported to. */
function productArn(awsAccount: string, cluster: string | undefined): string {
  const { partition, region } = splitArn(cluster ?? "") ?? { partition: "aws", region: "us-east-1" };
  return `arn:${partition}:securityhub:${region}:${awsAccount}:product/${awsAccount}/default`;
}

/** What it is about, and the cluster that this is in. */
function resourcesOf(subject: FindingSubject): readonly object[] {
  const { kind, name, id, cluster } = subject;
  const ofCluster = cluster === undefined ? [] : [clusterResource(cluster)];
  if (kind === "cluster" && cluster !== undefined) return ofCluster;
  const details = {
    name: limited(LIMITS.field, name),
    kind,
    ...(cluster !== undefined && { cluster: limited(LIMITS.field, cluster) }),
  };
  return [
    {
      Type: kind === "role" ? "AwsIamRole" : "Other",
      Id: limited(LIMITS.id, id),
      ...placeOf(id),
      Details: kind === "role" ? { AwsIamRole: { RoleName: printable(name) } } : { Other: details },
    },
    ...ofCluster,
  ];
}

function clusterResource(cluster: ClusterArn): object {
  const arn = limited(LIMITS.id, cluster);
  return {
    Type: "AwsEksCluster",
    Id: arn,
    ...placeOf(cluster),
    Details: { AwsEksCluster: { Arn: arn, Name: printable(clusterRef(cluster).name) } },
  };
}

/** IAM has no regions. */
function placeOf(arn: string): object {
  const { partition, region } = splitArn(printable(arn)) ?? {};
  return { ...(partition !== undefined && { Partition: partition }), ...(region && { Region: region }) };
}

/** Making a text printable takes its time, and only lengthens it. */
function limited(limit: number, text: string): string {
  return atMost(limit, printable(atMost(limit, text)));
}
