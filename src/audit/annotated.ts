import { listed, mapKnown, type Seen } from "../model/known.ts";
import { roleRef, type RoleArn } from "../model/arn.ts";
import type { PodSummary, ServiceAccount } from "../model/kubernetes-objects.ts";
import { annotatedRole } from "../model/service-account-facts.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { serviceAccountPath, subjectOf } from "../model/service-account-ref.ts";
import type { AuditedCluster } from "./inventory.ts";
import type { ClusterCandidates, ClusterAccess, AccessIndex, RoleAccess } from "./access-index.ts";

/** A ServiceAccount with the role of its annotation. */
export interface Annotated {
  readonly cluster: ClusterCandidates;
  readonly serviceAccount: ServiceAccount;
  /** The annotation's value, which may not be a valid role ARN. */
  readonly text: string;
  /** The role, if the value is a valid role ARN. */
  readonly role: RoleArn | undefined;
}

/**
 * Every ServiceAccount of the clusters with a role annotation, valid or not. Of several AWS accounts, one with a role of another
 * AWS account is in its cluster as that one sees it, if it does.
 */
export function annotatedServiceAccounts({
  clusters,
  views = [],
}: Pick<AccessIndex, "clusters" | "views">): Annotated[] {
  const seen = new Set(views.map(({ audited: { cluster } }) => `${cluster.awsAccount} ${cluster.arn}`));
  const isSeen = ({ cluster, role }: Annotated): boolean =>
    role !== undefined && seen.has(`${roleRef(role).awsAccount} ${cluster.audited.cluster.arn}`);
  return [
    ...annotatedIn(clusters).filter((one) => isOwn(one) || !isSeen(one)),
    ...annotatedIn(views).filter(isOwn),
  ];
}

function annotatedIn(clusters: readonly ClusterCandidates[]): Annotated[] {
  return clusters.flatMap((cluster) =>
    listed(cluster.audited.serviceAccounts).flatMap((serviceAccount) => {
      const { kind, text } = annotatedRole(serviceAccount);
      if (kind === "none") return [];
      return [{ cluster, serviceAccount, text, role: kind === "arn" ? text : undefined }];
    }),
  );
}

/** True for a role in the AWS account that sees the cluster: others are unknown. */
export function isOwn({ cluster, role }: Annotated): boolean {
  return role !== undefined && roleRef(role).awsAccount === cluster.audited.cluster.awsAccount;
}

/** How a role can be assumed from a cluster. */
export function accessFrom(role: RoleAccess, cluster: ClusterCandidates): ClusterAccess | undefined {
  return role.byCluster.find((one) => one.cluster === cluster);
}

/** The cluster's associations by their ServiceAccount's subject. */
export function associationsBySubject({
  associations,
}: AuditedCluster): ReadonlyMap<string, PodIdentityAssociation> {
  return new Map(listed(associations).map((one) => [subjectOf(one.serviceAccount), one]));
}

/** Pods by their ServiceAccount's `namespace/name`. */
export type PodsByServiceAccount = ReadonlyMap<string, readonly PodSummary[]>;

/** The pods that are running or pending. */
export function podsByServiceAccount({ pods }: AuditedCluster): Seen<PodsByServiceAccount> {
  return pods.state === "unasked" ? pods : mapKnown(pods, activeByServiceAccount);
}

function activeByServiceAccount(pods: readonly PodSummary[]): PodsByServiceAccount {
  const groups = new Map<string, PodSummary[]>();
  for (const pod of pods) {
    if (pod.phase === "Succeeded" || pod.phase === "Failed") continue;
    const path = `${pod.namespace}/${pod.serviceAccountName}`;
    const group = groups.get(path);
    if (group === undefined) groups.set(path, [pod]);
    else group.push(pod);
  }
  return groups;
}

/** The pods of a ServiceAccount. */
export function podsOf(groups: PodsByServiceAccount, { ref }: ServiceAccount): readonly PodSummary[] {
  return groups.get(serviceAccountPath(ref)) ?? [];
}

/** The names of workloads, and of pods without one, each once and sorted. */
export function workloadNames(pods: readonly PodSummary[]): string[] {
  return [...new Set(pods.map(({ workload, name }) => workload ?? `pod/${name}`))].toSorted();
}
