import type { Ec2Port, EksPort, IamPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { providerArn } from "../model/issuer.ts";
import { listed, type Known } from "../model/known.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import { AGENT_NAME } from "../model/pod-identity-agent.ts";
import { addonOf } from "../model/pod-identity.ts";
import type { Attempt } from "./attempt.ts";
import type { AuditedCluster } from "./inventory.ts";
import { NO_NODES } from "./nodes/cluster-nodes.ts";
import { observeNodes } from "./nodes/observe-nodes.ts";

/** How many add-ons are read at the same time. */
const READS = 8;

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
  const [provider, { associations, addons }, nodes, inside] = await Promise.all([
    attempt(`identity provider of ${name}`, () => iam.getProvider(providerArn(cluster, cluster.issuer))),
    observePodIdentity(name, eks, attempt),
    withNodes
      ? connected.then((api) => observeNodes({ name, eks, ec2, iam, kubernetes: api }, attempt))
      : NO_NODES,
    connected.then((api) => observeInside(name, api, attempt)),
  ]);
  return { cluster, provider, associations, addons, nodes, ...inside };
}

/** The associations, and the add-ons without which they are of no use. */
async function observePodIdentity(
  name: string,
  eks: EksPort,
  attempt: Attempt,
): Promise<Pick<AuditedCluster, "associations" | "addons">> {
  const associations = await attempt(`Pod Identity associations of ${name}`, () =>
    eks.describePodIdentities(name, undefined),
  );
  const found = listed(associations);
  const wanted = found.length === 0 ? [] : [AGENT_NAME, ...found.flatMap((one) => addonOf(one) ?? [])];
  const addons = await mapConcurrent([...new Set(wanted)], READS, async (addon) => {
    const read = await attempt(`add-on ${addon} of ${name}`, () => eks.getAddon(name, addon));
    return [addon, read] as const;
  });
  return { associations, addons: new Map(addons) };
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
