import type { EksPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { Addon, AddonVersion } from "../model/addon.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Node } from "../model/kubernetes-objects.ts";
import { look, mapKnown, type Known } from "../model/known.ts";
import { AGENT_DAEMON_SET, AGENT_NAME } from "../model/pod-identity-agent.ts";

/** What exists of the agent in a cluster, and where it can run. */
export interface ObservedAgent {
  readonly cluster: Cluster;
  readonly addon: Addon | undefined;
  /** The versions that EKS offers for the cluster. */
  readonly versions: Known<readonly AddonVersion[]>;
  /** Whether the cluster has the agent's DaemonSet, whoever installed it. */
  readonly daemonSet: Known<boolean>;
  readonly nodes: Known<readonly Node[]>;
}

/** Reads the add-on (required), and the rest as far as permitted. */
export async function observeAgent(
  cluster: Cluster,
  eks: EksPort,
  kubernetes: Known<KubernetesPort>,
): Promise<ObservedAgent> {
  const inCluster = async <T>(read: (api: KubernetesPort) => Promise<T>): Promise<Known<T>> =>
    kubernetes.state === "unknown" ? kubernetes : look(() => read(kubernetes.value));
  const [addon, versions, daemonSet, nodes] = await Promise.all([
    eks.getAddon(cluster.name, AGENT_NAME),
    look(() => eks.listAddonVersions(AGENT_NAME, cluster.version)),
    inCluster((api) => api.getWorkload(AGENT_DAEMON_SET)),
    inCluster((api) => api.listNodes()),
  ]);
  return {
    cluster,
    addon,
    versions,
    daemonSet: mapKnown(daemonSet, (found) => found !== undefined),
    nodes,
  };
}
