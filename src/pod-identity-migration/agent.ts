import type { Cluster } from "../model/cluster.ts";
import type { Pod } from "../model/kubernetes-objects.ts";
import { AGENT_NAMESPACE, isAgentsWorkload } from "../model/pod-identity-agent.ts";

/** Where the Pod Identity agent runs: on which nodes as a pod, and whether EKS Auto Mode builds it into its own. */
export interface AgentPlaces {
  readonly nodes: ReadonlySet<string>;
  readonly autoMode: boolean;
}

/** Nodes of EKS Auto Mode are named by their instance alone. Source: EKS User Guide, "Automate cluster infrastructure". */
const AUTO_NODE = /^i-[0-9a-f]+$/;

/** Finds the agent by its pods, which are in kube-system: elsewhere anyone may name a DaemonSet like it. */
export function agentPlaces(pods: readonly Pod[], { autoMode }: Pick<Cluster, "autoMode">): AgentPlaces {
  const agents = pods.filter(
    ({ namespace, workload = "", ready }) =>
      namespace === AGENT_NAMESPACE && ready && isAgentsWorkload(workload),
  );
  return { nodes: new Set(agents.flatMap(({ node }) => node ?? [])), autoMode: autoMode === true };
}

/** True if there is an agent anywhere in the cluster. */
export function hasAgent({ nodes, autoMode }: AgentPlaces): boolean {
  return nodes.size > 0 || autoMode;
}

/** The nodes of the pods that have no agent; a pod that is not scheduled yet has no node. */
export function nodesWithoutAgent(pods: readonly Pod[], { nodes, autoMode }: AgentPlaces): readonly string[] {
  const used = new Set(pods.flatMap(({ node }) => node ?? []));
  return [...used].filter((node) => !nodes.has(node) && !(autoMode && AUTO_NODE.test(node))).toSorted();
}
