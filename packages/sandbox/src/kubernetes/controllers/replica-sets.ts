import type { Workload } from "../model/kinds.ts";
import { PODS, REPLICA_SETS } from "../model/resources.ts";
import { setStatus, type ControllerContext } from "./context.ts";
import { createPod, isReady, podsOf } from "./pods.ts";

/** Keeps as many pods as a ReplicaSet asks for. */
export async function reconcileReplicaSet(context: ControllerContext, set: Workload): Promise<void> {
  const { replicas = 1 } = set.spec;
  const present = podsOf(context, set);
  for (const pod of present.slice(replicas)) context.writer.remove(PODS, pod);
  for (let missing = replicas - present.length; missing > 0; missing--) {
    if (!(await createPod(context, set, {}))) break;
  }
  const pods = podsOf(context, set);
  const ready = pods.filter(isReady).length;
  await setStatus(context, REPLICA_SETS, set, {
    replicas: pods.length,
    fullyLabeledReplicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    observedGeneration: set.metadata.generation,
  });
}
