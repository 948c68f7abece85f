import type { Rollout, WorkloadKind } from "../model/kubernetes-objects.ts";
import { flag, listOf, number, object, optional, text } from "./answer.ts";
import { METADATA } from "./wire.ts";

/** The parts of a workload's spec that its rollout shows in. Source: Kubernetes API reference, apps/v1. */
export const ROLLOUT_SPEC = {
  replicas: optional(number),
  paused: optional(flag),
  updateStrategy: optional(
    object({ type: optional(text), rollingUpdate: optional(object({ partition: optional(number) })) }),
  ),
};

/** Those of its status. */
export const ROLLOUT_STATUS = optional(
  object({
    observedGeneration: optional(number),
    replicas: optional(number),
    updatedReplicas: optional(number),
    availableReplicas: optional(number),
    readyReplicas: optional(number),
    desiredNumberScheduled: optional(number),
    currentNumberScheduled: optional(number),
    updatedNumberScheduled: optional(number),
    numberAvailable: optional(number),
    conditions: optional(
      listOf(object({ type: text, status: text, reason: optional(text), message: optional(text) })),
    ),
  }),
);

const ROLLOUT = object({ metadata: METADATA, spec: object(ROLLOUT_SPEC), status: ROLLOUT_STATUS });

/** A workload as far as its rollout goes. */
export type RolloutJson = ReturnType<typeof ROLLOUT>;

/** What we read of a rollout; `undefined` for kinds that roll nothing out. */
export function toRollout(kind: WorkloadKind, found: RolloutJson): Rollout | undefined {
  const { metadata, spec, status = {} } = found;
  const manualReason = manualReasonOf(spec);
  const base = {
    generation: metadata.generation ?? 0,
    observedGeneration: status.observedGeneration ?? 0,
    ...(manualReason !== undefined && { manualReason }),
  };
  const { replicas: total = 0, updatedReplicas: updated = 0, availableReplicas = 0 } = status;
  const wanted = spec.replicas ?? 1;
  switch (kind) {
    case "deployment": {
      const stuck = status.conditions?.find(({ reason }) => reason === "ProgressDeadlineExceeded");
      return {
        ...base,
        wanted,
        updated,
        available: availableReplicas,
        total,
        ...(stuck !== undefined && { stuck: stuck.message ?? "it exceeded its progress deadline" }),
      };
    }
    case "statefulset":
      return { ...base, wanted, updated, available: status.readyReplicas ?? 0, total };
    case "daemonset":
      return {
        ...base,
        wanted: status.desiredNumberScheduled ?? 0,
        updated: status.updatedNumberScheduled ?? 0,
        available: status.numberAvailable ?? 0,
        // Nodes, not pods: a node has its former pod or its new one.
        total: status.updatedNumberScheduled ?? 0,
      };
    case "cronjob":
    case "job":
      return undefined;
  }
}

function manualReasonOf({ paused, updateStrategy }: RolloutJson["spec"]): Rollout["manualReason"] {
  if (paused === true) return "paused";
  if (updateStrategy?.type === "OnDelete") return "on-delete";
  return (updateStrategy?.rollingUpdate?.partition ?? 0) > 0 ? "partition" : undefined;
}
