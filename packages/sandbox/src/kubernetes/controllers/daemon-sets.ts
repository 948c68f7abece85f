import type { Pod, Workload } from "../model/kinds.ts";
import type { KubeObject, LabelSelector, StringMap } from "../model/object.ts";
import { matchesLabels } from "../model/selectors.ts";
import { DAEMON_SETS, NODES, PODS } from "../model/resources.ts";
import { setStatus, type ControllerContext } from "./context.ts";
import { createPod, isReady, podsOf, REVISION_LABEL, revisionOf } from "./pods.ts";

/** Keeps a pod of a DaemonSet on every node that its template's selector and affinity allow; one of an old template is replaced. */
export async function reconcileDaemonSet(context: ControllerContext, set: Workload): Promise<void> {
  const revision = revisionOf(set);
  const nodes = context.store
    .list(NODES)
    .filter((node) => mayRunOn(node, set.spec.template.spec))
    .map(({ metadata }) => metadata.name);
  for (const pod of podsOf(context, set)) {
    const isWanted = isCurrent(pod, revision) && nodes.includes(pod.spec.nodeName ?? "");
    if (!isWanted) context.writer.remove(PODS, pod);
  }
  const served = new Set(podsOf(context, set).map(({ spec }) => spec.nodeName));
  for (const nodeName of nodes.filter((name) => !served.has(name))) {
    if (!(await createPod(context, set, { nodeName, labels: { [REVISION_LABEL]: revision } }))) break;
  }
  const pods = podsOf(context, set);
  const ready = pods.filter(isReady).length;
  await setStatus(context, DAEMON_SETS, set, {
    observedGeneration: set.metadata.generation,
    currentNumberScheduled: pods.length,
    desiredNumberScheduled: nodes.length,
    updatedNumberScheduled: pods.filter((pod) => isCurrent(pod, revision)).length,
    numberMisscheduled: 0,
    numberReady: ready,
    numberAvailable: ready,
    numberUnavailable: nodes.length - ready,
  });
}

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
}

/** By labels alone. Source: Kubernetes documentation, "Assigning Pods to Nodes": one of the terms must match. */
function mayRunOn({ metadata: { labels } }: KubeObject, spec: object): boolean {
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

function isCurrent({ metadata }: Pod, revision: string): boolean {
  return metadata.labels?.[REVISION_LABEL] === revision;
}
