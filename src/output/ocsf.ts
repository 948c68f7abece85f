import { clusterRef, splitArn, type ClusterArn } from "../model/arn.ts";
import type { AuditReport, ReportedFinding } from "../model/audit-report.ts";
import type { FindingSubject, Severity } from "../model/finding.ts";
import { printable } from "../model/printable.ts";
import type { FoundBy } from "./found-by.ts";
import { json } from "./json.ts";
import { remedyText } from "./remedy-text.ts";
import type { TextBlock } from "./text-block.ts";

/** The captions are the schema's. */
const SEVERITIES: Readonly<Record<Severity, { readonly severity_id: number; readonly severity: string }>> = {
  critical: { severity_id: 5, severity: "Critical" },
  high: { severity_id: 4, severity: "High" },
  medium: { severity_id: 3, severity: "Medium" },
  low: { severity_id: 2, severity: "Low" },
};

const NEW = { status_id: 1, status: "New" };
const SUPPRESSED = { status_id: 3, status: "Suppressed" };

/**
 * An audit as Detection Findings of the Open Cybersecurity Schema Framework, an array of events.
 * Source: schema.ocsf.io, version 1.5.0, class 2004 with the profile `cloud` (why this class and
 * no other: docs/json.md).
 */
export function auditOcsf(report: AuditReport, foundBy: FoundBy): TextBlock {
  return json(ocsfEvents(report, foundBy));
}

/** The events of such an array. */
export function ocsfEvents(report: AuditReport, foundBy: FoundBy): readonly object[] {
  const { findings, suppressed } = report;
  return [
    ...findings.map((finding) => ({ ...eventOf(finding, report, foundBy), ...NEW })),
    ...suppressed.map(({ finding, reason, until }) => ({
      ...eventOf(finding, report, foundBy),
      ...SUPPRESSED,
      status_detail: printable(`${reason} (until ${until})`),
    })),
  ];
}

function eventOf(
  finding: ReportedFinding,
  { awsAccount, clusters, organizationFile, rules }: AuditReport,
  { version, at }: FoundBy,
): object {
  const { rule, severity, subject, message, evidence, remedy, fingerprint, known, place } = finding;
  const text = rules.find(({ code }) => code === rule);
  const time = at.getTime();
  const region = splitArn(printable(subject.cluster ?? clusters[0]?.arn ?? ""))?.region;
  return {
    activity_id: 1,
    activity_name: "Create",
    category_uid: 2,
    category_name: "Findings",
    class_uid: 2004,
    class_name: "Detection Finding",
    type_uid: 200_401,
    type_name: "Detection Finding: Create",
    time,
    ...SEVERITIES[severity],
    message: printable(message),
    metadata: {
      version: "1.5.0",
      profiles: ["cloud"],
      product: { name: "irsa", uid: "irsa", vendor_name: "irsa", version },
      event_code: rule,
      tenant_uid: awsAccount,
    },
    cloud: {
      provider: "AWS",
      account: { name: awsAccount, uid: awsAccount, type: "AWS Account", type_id: 10 },
      ...(region !== undefined && { region }),
    },
    finding_info: {
      uid: `irsa/${awsAccount}/${rule}/${fingerprint}`,
      title: text?.title ?? rule,
      desc: printable(message),
      types: ["Software and Configuration Checks"],
      created_time: time,
      analytic: { type_id: 1, type: "Rule", uid: rule, name: rule, version },
    },
    resources: resourcesOf(subject),
    remediation: { desc: printable(remedyText(remedy)), references: text?.sources ?? [] },
    evidences: [{ data: { facts: evidence.map(([label, value]) => printable(`${label}: ${value}`)) } }],
    unmapped: {
      known,
      ...(place !== undefined && { place: printable(`${place.file}:${place.line}`) }),
      ...(organizationFile !== undefined && { organizationFile: printable(organizationFile) }),
    },
  };
}

/** What it is about, and the cluster that this is in. */
function resourcesOf(subject: FindingSubject): readonly object[] {
  const { kind, name, id, cluster } = subject;
  const ofCluster = cluster === undefined ? [] : [clusterResource(cluster)];
  if (kind === "cluster" && cluster !== undefined) return ofCluster;
  return [
    { uid: printable(id), name: printable(name), type: TYPES[kind], ...placeOf(id), ...namespaceOf(subject) },
    ...ofCluster,
  ];
}

/** As CloudFormation calls them; a ServiceAccount is Kubernetes'. */
const TYPES: Readonly<Record<FindingSubject["kind"], string>> = {
  role: "AWS::IAM::Role",
  provider: "AWS::IAM::OIDCProvider",
  cluster: "AWS::EKS::Cluster",
  "service-account": "ServiceAccount",
};

function namespaceOf({ kind, name }: FindingSubject): object {
  const slash = name.indexOf("/");
  return kind === "service-account" && slash !== -1 ? { namespace: printable(name.slice(0, slash)) } : {};
}

function clusterResource(cluster: ClusterArn): object {
  return {
    uid: printable(cluster),
    name: printable(clusterRef(cluster).name),
    type: TYPES.cluster,
    ...placeOf(cluster),
  };
}

function placeOf(arn: string): object {
  const { partition, region } = splitArn(printable(arn)) ?? {};
  return {
    ...(partition !== undefined && { cloud_partition: partition }),
    ...(region && { region }),
  };
}
