import { isReachedByContainers } from "../../model/instance-metadata.ts";
import { listed } from "../../model/known.ts";
import type { PodSummary } from "../../model/kubernetes-objects.ts";
import type { AuditedCluster } from "../inventory.ts";
import type { NodeRole } from "./node-roles.ts";

/**
 * Whether a pod gets the credentials of its node's role. `possible`: unless a network policy or the node's firewall keeps it
 * from the address of the instance metadata, which can't be known; `unknown`: it is not known how the instance offers them.
 */
export type NodeReach = "certain" | "possible" | "unknown" | "no";

/** What pods on these nodes get: those with the network of their node, and the others. Network policies are not for the former. */
export function reachOf({ metadata }: Pick<NodeRole, "metadata">, hostNetwork: boolean): NodeReach {
  if (metadata === "none") return "no";
  if (metadata === undefined) return "unknown";
  if (!metadata.isEnabled) return "no";
  if (hostNetwork) return "certain";
  return isReachedByContainers(metadata) ? "possible" : "no";
}

/** A pod on nodes with a role. */
export interface PodOnNode {
  readonly pod: PodSummary;
  readonly reach: NodeReach;
}

/** The pods that run or will on some nodes of their cluster, by the node's name. */
export type PodsByNode = ReadonlyMap<string, readonly PodSummary[]>;

/** What was made of a list of pods: several rules ask for the same, for each role. */
const made = new WeakMap<readonly PodSummary[], PodsByNode>();

/** The cluster's pods that are not over, by node. */
export function podsByNode({ pods }: Pick<AuditedCluster, "pods">): PodsByNode {
  const all = listed(pods);
  const found = made.get(all) ?? byNode(all);
  made.set(all, found);
  return found;
}

function byNode(pods: readonly PodSummary[]): PodsByNode {
  const found = new Map<string, PodSummary[]>();
  for (const pod of pods) {
    if (pod.node === undefined || pod.phase === "Succeeded" || pod.phase === "Failed") continue;
    const group = found.get(pod.node);
    if (group === undefined) found.set(pod.node, [pod]);
    else group.push(pod);
  }
  return found;
}

/** The pods on these nodes, with what they get. */
export function podsOn(role: NodeRole, byNode: PodsByNode): PodOnNode[] {
  return role.nodes.flatMap((node) =>
    (byNode.get(node) ?? []).map((pod) => ({ pod, reach: reachOf(role, pod.hostNetwork === true) })),
  );
}

/** What EKS itself runs on every node, with the node's role on purpose. Source: EKS User Guide, "Amazon EKS add-ons". */
const OF_NODES = new Set(["daemonset/aws-node", "daemonset/kube-proxy", "daemonset/eks-pod-identity-agent"]);

/** True for a pod that belongs to the node. */
export function isOfNode({ namespace, workload = "" }: PodSummary): boolean {
  return namespace === "kube-system" && OF_NODES.has(workload);
}

/** True for a pod that SDKs give other credentials than those of the node: AWS_ROLE_ARN without a token gives none. */
export function hasIdentity({ injected, podIdentity, staticKeys }: PodSummary): boolean {
  return injected || podIdentity || staticKeys;
}
