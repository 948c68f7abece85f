import type { Node } from "../model/kubernetes-objects.ts";
import { COMPUTE_TYPE } from "../model/pod-identity-agent.ts";

/**
 * What a node is to the Pod Identity agent: its DaemonSet runs there, or the agent is built in, or it needs another DaemonSet
 * (hybrid nodes), or there can be none.
 */
export type NodeKind = "daemon-set" | "built-in" | "hybrid" | "fargate" | "windows";

const BY_COMPUTE_TYPE: Readonly<Record<string, NodeKind>> = {
  auto: "built-in",
  hybrid: "hybrid",
  fargate: "fargate",
};

/** The kind of a node, by its labels. */
export function nodeKind({ labels }: Node): NodeKind {
  const kind = BY_COMPUTE_TYPE[labels[COMPUTE_TYPE] ?? ""];
  if (kind !== undefined) return kind;
  return labels["kubernetes.io/os"] === "windows" ? "windows" : "daemon-set";
}
