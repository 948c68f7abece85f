import { hasIdentity, isOfNode, reachOf, type NodeReach } from "../../audit/nodes/node-reach.ts";
import { nodeRolesOf, type ClusterWithNodes, type NodeRole } from "../../audit/nodes/node-roles.ts";
import { listed } from "../../model/known.ts";
import type { PodSummary } from "../../model/kubernetes-objects.ts";
import { sourceOfNode } from "../../model/node-labels.ts";

/** A pod that runs or will, and what it gets of its node. */
export interface JudgedPod {
  readonly pod: PodSummary;
  /** As `deployment/web`; a pod that nothing made is `pod/NAME`. */
  readonly workload: string;
  /** What its node has; `undefined` where that is not known, or where there is none. */
  readonly use: NodeRole | undefined;
  readonly reach: NodeReach;
  /** True if its SDK may use the role of the node. */
  readonly isOnNodeRole: boolean;
}

/** The pods of a cluster that are not over. */
export function judgedPods(cluster: ClusterWithNodes): readonly JudgedPod[] {
  const uses = new Map(nodeRolesOf(cluster).flatMap((use) => use.nodes.map((node) => [node, use] as const)));
  const nodes = new Map(listed(cluster.nodes.nodes).map((node) => [node.name, node]));
  const reach = ({ node, hostNetwork }: PodSummary): NodeReach => {
    const use = node === undefined ? undefined : uses.get(node);
    if (use !== undefined) return reachOf(use, hostNetwork === true);
    const known = node === undefined ? undefined : nodes.get(node);
    return known !== undefined && sourceOfNode(known) === undefined ? "no" : "unknown";
  };
  return listed(cluster.pods)
    .filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed")
    .map((pod) => {
      const found = reach(pod);
      return {
        pod,
        workload: pod.workload ?? `pod/${pod.name}`,
        use: pod.node === undefined ? undefined : uses.get(pod.node),
        reach: found,
        isOnNodeRole: found !== "no" && pod.node !== undefined && !hasIdentity(pod) && !isOfNode(pod),
      };
    });
}

const ORDER = ["no", "unknown", "possible", "certain"] as const satisfies readonly NodeReach[];

/** What the pod gets that gets most. */
export function mostOf(pods: readonly Pick<JudgedPod, "reach">[]): NodeReach {
  const ranks = pods.map(({ reach }) => ORDER.indexOf(reach));
  return ORDER[Math.max(0, ...ranks)] ?? "no";
}
