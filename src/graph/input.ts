import { associationsBySubject } from "../audit/annotated.ts";
import type { Observed } from "../audit/observe.ts";
import type { ClusterCandidates } from "../audit/access-index.ts";
import { auditOf, type Audit } from "../audit/rule.ts";
import { mapKnown, type Known } from "../model/known.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import type { AuditReport } from "../model/audit-report.ts";
import { subjectOf, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { indexOf, type FindingIndex } from "./finding-index.ts";

/** What the graph is drawn from. */
export interface GraphInput {
  readonly audit: Audit;
  readonly findings: FindingIndex;
  /** The Pod Identity association of the ServiceAccount, if it has one. */
  readonly associationOf: (serviceAccount: ServiceAccountIn) => Known<PodIdentityAssociation | undefined>;
}

/** A ServiceAccount of a cluster. */
export interface ServiceAccountIn {
  readonly cluster: ClusterCandidates;
  readonly ref: ServiceAccountRef;
}

/** The graph draws what the audit has judged; after how many days a role counts as unused is said there already. */
export function graphInputOf(observed: Observed, { findings }: Pick<AuditReport, "findings">): GraphInput {
  const audit = auditOf(observed, 0);
  // By ARN: of several AWS accounts, a cluster is there more than once.
  const associated = new Map(
    audit.access.clusters.map(({ audited }) => [audited.cluster.arn, associationsBySubject(audited)]),
  );
  return {
    audit,
    findings: indexOf(findings),
    associationOf: ({ cluster, ref }) =>
      mapKnown(cluster.audited.associations, () =>
        associated.get(cluster.audited.cluster.arn)?.get(subjectOf(ref)),
      ),
  };
}
