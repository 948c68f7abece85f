import type { Rollout, WorkloadKind } from "../model/kubernetes-objects.ts";
import type { MetadataJson } from "./wire.ts";

/** The parts of a workload that its rollout shows in. Source: Kubernetes API reference, apps/v1. */
export interface RolloutJson {
  readonly metadata: MetadataJson;
  readonly spec: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly updateStrategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly partition?: number };
    };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly readyReplicas?: number;
    readonly desiredNumberScheduled?: number;
    readonly currentNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberAvailable?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

/** What we read of a rollout; `undefined` for kinds that roll nothing out. */
export function toRollout(kind: WorkloadKind, found: RolloutJson): Rollout | undefined {
  const { metadata, spec, status = {} } = found;
  const byHand = byHandOf(spec);
  const base = {
    generation: metadata.generation ?? 0,
    observedGeneration: status.observedGeneration ?? 0,
    ...(byHand !== undefined && { byHand }),
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
        ...(stuck !== undefined && { stuck: stuck.message ?? "its deadline has passed" }),
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

function byHandOf({ paused, updateStrategy }: RolloutJson["spec"]): Rollout["byHand"] {
  if (paused === true) return "paused";
  if (updateStrategy?.type === "OnDelete") return "on-delete";
  return (updateStrategy?.rollingUpdate?.partition ?? 0) > 0 ? "partition" : undefined;
}
