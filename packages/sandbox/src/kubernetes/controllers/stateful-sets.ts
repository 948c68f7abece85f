import type { Workload } from "../model/kinds.ts";
import { PODS, STATEFUL_SETS } from "../model/resources.ts";
import { setStatus, type ControllerContext } from "./context.ts";
import { createPod, isReady, podsOf, REVISION_LABEL, revisionOf } from "./pods.ts";

/** Keeps the numbered pods of a StatefulSet; those of an old template are replaced. */
export async function reconcileStatefulSet(context: ControllerContext, set: Workload): Promise<void> {
  const { replicas = 1 } = set.spec;
  const revision = revisionOf(set);
  const names = Array.from({ length: replicas }, (_, ordinal) => `${set.metadata.name}-${ordinal}`);
  for (const pod of podsOf(context, set)) {
    const isCurrent = pod.metadata.labels?.[REVISION_LABEL] === revision;
    if (!isCurrent || !names.includes(pod.metadata.name)) context.writer.remove(PODS, pod);
  }
  const present = new Set(podsOf(context, set).map(({ metadata }) => metadata.name));
  for (const name of names.filter((candidate) => !present.has(candidate))) {
    const labels = { [REVISION_LABEL]: revision, "statefulset.kubernetes.io/pod-name": name };
    if (!(await createPod(context, set, { name, labels }))) break;
  }
  const pods = podsOf(context, set);
  const ready = pods.filter(isReady).length;
  await setStatus(context, STATEFUL_SETS, set, {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    currentReplicas: pods.length,
    updatedReplicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    currentRevision: revision,
    updateRevision: revision,
  });
}
