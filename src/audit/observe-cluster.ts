import type { Ec2Port, EksPort, IamPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { providerArn } from "../model/issuer.ts";
import type { Known } from "../model/known.ts";
import type { Attempt } from "./attempt.ts";
import type { AuditedCluster } from "./inventory.ts";
import { NO_NODES } from "./nodes/cluster-nodes.ts";
import { observeNodes } from "./nodes/observe-nodes.ts";

/** Where a cluster is read from. */
export interface ClusterSource {
  readonly cluster: ClusterWithIssuer;
  /** EKS in the cluster's region. */
  readonly eks: EksPort;
  /** EC2 in the cluster's region. */
  readonly ec2: Ec2Port;
  readonly kubernetes: () => Promise<KubernetesPort>;
}

/**
 * Reads everything in the cluster that an audit evaluates, concurrently.
 * @param withNodes also what gives its nodes their roles
 */
export async function observeCluster(
  { cluster, eks, ec2, kubernetes }: ClusterSource,
  iam: IamPort,
  attempt: Attempt,
  withNodes: boolean,
): Promise<AuditedCluster> {
  const { name } = cluster;
  const connected = attempt(`ServiceAccounts and pods of ${name}`, kubernetes);
  const [provider, associations, nodes, inside] = await Promise.all([
    attempt(`identity provider of ${name}`, () => iam.getProvider(providerArn(cluster, cluster.issuer))),
    attempt(`Pod Identity associations of ${name}`, () => eks.describePodIdentities(name, undefined)),
    withNodes
      ? connected.then((api) => observeNodes({ name, eks, ec2, iam, kubernetes: api }, attempt))
      : NO_NODES,
    connected.then((api) => observeInside(name, api, attempt)),
  ]);
  return { cluster, provider, associations, nodes, ...inside };
}

async function observeInside(
  name: string,
  api: Known<KubernetesPort>,
  attempt: Attempt,
): Promise<Pick<AuditedCluster, "serviceAccounts" | "pods">> {
  if (api.state === "unknown") return { serviceAccounts: api, pods: api };
  const [serviceAccounts, pods] = await Promise.all([
    attempt(`ServiceAccounts of ${name}`, () => api.value.listServiceAccounts(undefined)),
    attempt(`pods of ${name}`, () => api.value.listPodSummaries(undefined)),
  ]);
  return { serviceAccounts, pods };
}
