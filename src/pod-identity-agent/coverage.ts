import type { KubernetesPort } from "../kubernetes/port.ts";
import { look, type Known } from "../model/known.ts";
import type { Node, Pod } from "../model/kubernetes-objects.ts";
import { AGENT_DAEMON_SET, AGENT_NAMESPACE } from "../model/pod-identity-agent.ts";
import { workloadText } from "../model/workload-name.ts";
import { nodeKind } from "./node-kind.ts";

/** On which of the nodes that can have it the agent is ready. */
export interface Coverage {
  /** How many have it. */
  readonly ready: number;
  /** Those that lack it, by name. */
  readonly missing: readonly string[];
}

/** Reads where the agent runs. */
export function readCoverage(kubernetes: KubernetesPort): Promise<Known<Coverage>> {
  return look(async () => {
    const [nodes, pods] = await Promise.all([
      kubernetes.listNodes(),
      kubernetes.listPods({ namespace: AGENT_NAMESPACE }),
    ]);
    return coverage(nodes, pods);
  });
}

/** Compares the nodes that the DaemonSet is for with those of its ready pods. */
export function coverage(nodes: readonly Node[], pods: readonly Pod[]): Coverage {
  const able = nodes.filter((node) => nodeKind(node) === "daemon-set").map(({ name }) => name);
  const served = new Set(
    pods
      .filter(({ workload, ready }) => ready && workload === workloadText(AGENT_DAEMON_SET))
      .map(({ node }) => node),
  );
  const missing = able.filter((name) => !served.has(name)).toSorted();
  return { ready: able.length - missing.length, missing };
}
