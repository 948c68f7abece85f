import type { Toleration } from "../model/kinds.ts";
import type { KubeObject, LabelSelector, StringMap } from "../model/object.ts";
import { matchesLabels } from "../model/selectors.ts";

interface NodeChoice {
  readonly nodeSelector?: StringMap;
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: {
        readonly nodeSelectorTerms?: readonly {
          readonly matchExpressions?: LabelSelector["matchExpressions"];
        }[];
      };
    };
  };
  readonly tolerations?: readonly Toleration[];
}

interface Taint {
  readonly key: string;
  readonly effect: string;
}

/** Whether a pod selects a node, by its labels and taints alone. */
export function mayRunOn(node: KubeObject, spec: object): boolean {
  return selectsNode(node, spec) && toleratesNode(node, spec);
}

/** Source: Kubernetes documentation, "Assigning Pods to Nodes": one of the terms must match. */
function selectsNode({ metadata: { labels } }: KubeObject, spec: object): boolean {
  const { nodeSelector = {}, affinity } = spec as NodeChoice;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms ?? [{}];
  return terms.some(({ matchExpressions }) =>
    matchesLabels(
      { matchLabels: nodeSelector, ...(matchExpressions !== undefined && { matchExpressions }) },
      labels,
    ),
  );
}

/** Of a toleration, only its key counts; one without a key tolerates everything. Source: Kubernetes documentation, "Taints and Tolerations". */
function toleratesNode(node: KubeObject, spec: object): boolean {
  const { taints = [] } = (node["spec"] ?? {}) as { readonly taints?: readonly Taint[] };
  const { tolerations = [] } = spec as NodeChoice;
  return taints
    .filter(({ effect }) => effect !== "PreferNoSchedule")
    .every((taint) => tolerations.some(({ key = taint.key }) => key === taint.key));
}
