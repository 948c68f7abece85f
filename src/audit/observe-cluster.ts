import type { EksPort, IamPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { providerArn } from "../model/issuer.ts";
import type { Attempt } from "./attempt.ts";
import type { AuditedCluster } from "./inventory.ts";
import { NO_NODES } from "./nodes/cluster-nodes.ts";
import { observeNodes } from "./nodes/observe-nodes.ts";

/** Where a cluster is read from. */
export interface ClusterSource {
  readonly cluster: ClusterWithIssuer;
  /** EKS in the cluster's region. */
  readonly eks: EksPort;
  readonly kubernetes: () => Promise<KubernetesPort>;
}

/**
 * Reads everything in the cluster that an audit evaluates, concurrently.
 * @param withNodes also what gives its nodes their roles
 */
export async function observeCluster(
  { cluster, eks, kubernetes }: ClusterSource,
  iam: IamPort,
  attempt: Attempt,
  withNodes: boolean,
): Promise<AuditedCluster> {
  const { name } = cluster;
  const [provider, associations, nodes, inside] = await Promise.all([
    attempt(`identity provider of ${name}`, () => iam.getProvider(providerArn(cluster, cluster.issuer))),
    attempt(`Pod Identity associations of ${name}`, () => eks.describePodIdentities(name, undefined)),
    withNodes ? observeNodes(name, eks, attempt) : NO_NODES,
    observeInside(name, kubernetes, attempt),
  ]);
  return { cluster, provider, associations, nodes, ...inside };
}

async function observeInside(
  name: string,
  connect: () => Promise<KubernetesPort>,
  attempt: Attempt,
): Promise<Pick<AuditedCluster, "serviceAccounts" | "pods">> {
  const api = await attempt(`ServiceAccounts and pods of ${name}`, connect);
  if (api.state === "unknown") return { serviceAccounts: api, pods: api };
  const [serviceAccounts, pods] = await Promise.all([
    attempt(`ServiceAccounts of ${name}`, () => api.value.listServiceAccounts(undefined)),
    attempt(`pods of ${name}`, () => api.value.listPodSummaries(undefined)),
  ]);
  return { serviceAccounts, pods };
}
