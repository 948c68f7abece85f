import type { Cluster } from "../../cluster.ts";
import type { Template } from "./shop.ts";

/** How a pod selects Windows. */
export const ON_WINDOWS = { nodeSelector: { "kubernetes.io/os": "windows" } };

const ROOM = { cpu: "32", memory: "256Gi", pods: "110" };

/** Adds a node with these labels, whose kubelet runs what is put on it. */
export async function addNode(
  { core }: Cluster,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  await core.createNode({
    body: {
      metadata: { name, labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", ...labels } },
      // Its pods are put on it by name, nobody else's.
      spec: { taints: [{ key: "example.com/only", value: name, effect: "NoSchedule" }] },
      status: { allocatable: ROOM, capacity: ROOM },
    },
  });
}

/** Pods that are put on a node by its name. */
export function onNode(nodeName: string): Required<Pick<Template, "spec">> {
  return { spec: { nodeName, tolerations: [{ operator: "Exists" }] } };
}
