import type { PodSpec } from "../model/kubernetes-objects.ts";

/** The labels of nodes that name their system; the older one is deprecated, and still there. */
const SYSTEM_LABELS = ["kubernetes.io/os", "beta.kubernetes.io/os"];

/** How a pod asks for Windows nodes: by its nodeSelector, which is all that the webhook reads, or by its affinity or os. */
export function windowsBy({
  nodeSelector,
  wantsWindows,
}: Pick<PodSpec, "nodeSelector" | "wantsWindows">): "node-selector" | "other" | undefined {
  if (SYSTEM_LABELS.some((label) => nodeSelector[label] === "windows")) return "node-selector";
  return wantsWindows ? "other" : undefined;
}
