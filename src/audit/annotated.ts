import { parseRoleArn, roleRef, type RoleArn } from "../model/arn.ts";
import { ROLE_ANNOTATION, type PodGlance, type ServiceAccount } from "../model/kubernetes-objects.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { accountPath, subjectOf } from "../model/service-account-ref.ts";
import type { AuditedCluster } from "./inventory.ts";
import type { ClusterCandidates, ClusterReach, Reach, RoleReach } from "./reach.ts";

/** An account with the role of its annotation. */
export interface Annotated {
  readonly cluster: ClusterCandidates;
  readonly account: ServiceAccount;
  /** What the annotation says, which may be no role ARN. */
  readonly text: string;
  /** The role that it names, if it is a role ARN. */
  readonly role: RoleArn | undefined;
}

/** Every account of the clusters with an annotation that names a role, or means to. */
export function annotatedAccounts({ clusters }: Reach): Annotated[] {
  return clusters.flatMap((cluster) =>
    (cluster.audited.accounts ?? []).flatMap((account) => {
      const text = account.annotations[ROLE_ANNOTATION] ?? "";
      if (text === "") return [];
      const parsed = parseRoleArn(text);
      return [{ cluster, account, text, role: parsed.ok ? parsed.value : undefined }];
    }),
  );
}

/** True for a role of the AWS account that is audited: of others nothing is known. */
export function isOwn({ cluster, role }: Annotated): boolean {
  return role !== undefined && roleRef(role).account === cluster.audited.cluster.account;
}

/** How a role is reached from a cluster. */
export function reachFrom(role: RoleReach, cluster: ClusterCandidates): ClusterReach | undefined {
  return role.byCluster.find((one) => one.cluster === cluster);
}

/** The cluster's associations by their account's subject. */
export function associationsBySubject({
  associations = [],
}: AuditedCluster): ReadonlyMap<string, PodIdentityAssociation> {
  return new Map(associations.map((one) => [subjectOf(one.account), one]));
}

/** Pods by their account's `namespace/name`. */
export type PodsByAccount = ReadonlyMap<string, readonly PodGlance[]>;

/** The pods that run or will; `undefined` if they could not be read. */
export function podsByAccount({ pods }: AuditedCluster): PodsByAccount | undefined {
  if (pods === undefined) return undefined;
  const groups = new Map<string, PodGlance[]>();
  for (const pod of pods) {
    if (pod.phase === "Succeeded" || pod.phase === "Failed") continue;
    const path = `${pod.namespace}/${pod.serviceAccountName}`;
    const group = groups.get(path);
    if (group === undefined) groups.set(path, [pod]);
    else group.push(pod);
  }
  return groups;
}

/** The pods of an account. */
export function podsOf(groups: PodsByAccount, { ref }: ServiceAccount): readonly PodGlance[] {
  return groups.get(accountPath(ref)) ?? [];
}

/** Workloads by their names, and pods that none restarts, each once and sorted. */
export function workloadNames(pods: readonly PodGlance[]): string[] {
  return [...new Set(pods.map(({ workload, name }) => workload ?? `pod/${name}`))].toSorted();
}
