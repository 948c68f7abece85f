import type { Pod, Workload } from "../model/kinds.ts";
import { DAEMON_SETS, NODES, PODS } from "../model/resources.ts";
import { setStatus, type ControllerContext } from "./context.ts";
import { mayRunOn } from "./node-choice.ts";
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

function isCurrent({ metadata }: Pod, revision: string): boolean {
  return metadata.labels?.[REVISION_LABEL] === revision;
}
