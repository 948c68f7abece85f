import type { Rollout } from "../model/kubernetes-objects.ts";
import type { WorkloadKind } from "../model/workload-kinds.ts";
import { flag, listOf, number, object, optional, text, type Shape } from "./answer.ts";
import { METADATA } from "./wire.ts";

/** How a rollout of the kind is read; it gives `undefined` for kinds that roll nothing out. */
export function rolloutShape(kind: WorkloadKind): Shape<Rollout | undefined> {
  return READERS[kind];
}

/** The parts of a workload's spec that its rollout shows in. Source: Kubernetes API reference, apps/v1. */
const SPEC = object({
  replicas: optional(number),
  paused: optional(flag),
  updateStrategy: optional(
    object({ type: optional(text), rollingUpdate: optional(object({ partition: optional(number) })) }),
  ),
});

const CONDITIONS = optional(
  listOf(object({ type: text, status: text, reason: optional(text), message: optional(text) })),
);

/** Those of its status. */
const STATUS = optional(
  object({
    observedGeneration: optional(number),
    replicas: optional(number),
    updatedReplicas: optional(number),
    availableReplicas: optional(number),
    readyReplicas: optional(number),
    desiredNumberScheduled: optional(number),
    updatedNumberScheduled: optional(number),
    numberAvailable: optional(number),
    conditions: CONDITIONS,
  }),
);

const APPS = object({ metadata: METADATA, spec: SPEC, status: STATUS });

type AppsJson = ReturnType<typeof APPS>;

const deployment = mapped(APPS, (found): Rollout => {
  const { spec, status = {} } = found;
  const { replicas: total = 0, updatedReplicas: updated = 0, availableReplicas: available = 0 } = status;
  const stuck = status.conditions?.find(({ reason }) => reason === "ProgressDeadlineExceeded");
  return {
    ...begun(found),
    wanted: spec.replicas ?? 1,
    updated,
    available,
    total,
    ...(stuck !== undefined && { stuck: stuck.message ?? "it exceeded its progress deadline" }),
  };
});

const statefulset = mapped(APPS, (found): Rollout => {
  const { spec, status = {} } = found;
  const { replicas: total = 0, updatedReplicas: updated = 0, readyReplicas: available = 0 } = status;
  return { ...begun(found), wanted: spec.replicas ?? 1, updated, available, total };
});

const daemonset = mapped(APPS, (found): Rollout => {
  const { status = {} } = found;
  const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled: updated = 0 } = status;
  // Nodes, not pods: a node has its former pod or its new one.
  return { ...begun(found), wanted, updated, available: status.numberAvailable ?? 0, total: updated };
});

function begun(found: AppsJson): Pick<Rollout, "generation" | "observedGeneration" | "manualReason"> {
  const { metadata, spec, status = {} } = found;
  const manualReason = manualReasonOf(spec);
  return {
    generation: metadata.generation ?? 0,
    observedGeneration: status.observedGeneration ?? 0,
    ...(manualReason !== undefined && { manualReason }),
  };
}

function manualReasonOf({ paused, updateStrategy }: AppsJson["spec"]): Rollout["manualReason"] {
  if (paused === true) return "paused";
  if (updateStrategy?.type === "OnDelete") return "on-delete";
  return (updateStrategy?.rollingUpdate?.partition ?? 0) > 0 ? "partition" : undefined;
}

/** Source: Argo Rollouts, "Specification" and `kubectl argo rollouts status`; generations are strings in its status. */
const ARGO = object({
  metadata: METADATA,
  spec: object({
    replicas: optional(number),
    paused: optional(flag),
    restartAt: optional(text),
  }),
  status: optional(
    object({
      observedGeneration: optional(text),
      workloadObservedGeneration: optional(text),
      replicas: optional(number),
      updatedReplicas: optional(number),
      availableReplicas: optional(number),
      phase: optional(text),
      message: optional(text),
      restartedAt: optional(text),
      controllerPause: optional(flag),
      pauseConditions: optional(listOf(object({}))),
    }),
  ),
});

const WORKLOAD_GENERATION = "rollout.argoproj.io/workload-generation";

/** The controller's phase decides, once it has seen the object as it is now: canaries and blue-green keep old pods. */
const rollout = mapped(ARGO, ({ metadata, spec, status = {} }): Rollout => {
  const { phase, message } = status;
  const isSeen =
    isCurrent(status.observedGeneration, metadata.generation) &&
    isCurrent(status.workloadObservedGeneration, Number(metadata.annotations?.[WORKLOAD_GENERATION])) &&
    !(status.controllerPause === true && (status.pauseConditions ?? []).length === 0);
  const isRestarting =
    spec.restartAt !== undefined && Date.parse(spec.restartAt) !== Date.parse(status.restartedAt ?? "");
  const isPaused = spec.paused === true || (isSeen && phase === "Paused");
  return {
    generation: isSeen ? 0 : 1,
    observedGeneration: 0,
    wanted: spec.replicas ?? 1,
    updated: status.updatedReplicas ?? 0,
    available: status.availableReplicas ?? 0,
    total: status.replicas ?? 0,
    // Before version 1.0 there was no phase: the numbers decide.
    ...(isRestarting ? { complete: false } : phase !== undefined && { complete: phase === "Healthy" }),
    ...(isPaused && { manualReason: "paused" }),
    ...(phase === "Degraded" && { stuck: message ?? "it is degraded" }),
  };
});

/** Before version 0.10 the observed generation was a hash, which is compared with nothing. */
function isCurrent(observed: string | undefined, generation = 0): boolean {
  if (observed === undefined || !/^\d+$/.test(observed) || Number.isNaN(generation)) return true;
  return Number(observed) >= generation;
}

const none: Shape<undefined> = () => undefined;

/** A kind without a reader does not compile. */
const READERS: Readonly<Record<WorkloadKind, Shape<Rollout | undefined>>> = {
  deployment,
  statefulset,
  daemonset,
  rollout,
  cronjob: none,
  job: none,
};

function mapped<From, To>(shape: Shape<From>, to: (found: From) => To): Shape<To> {
  return (value) => to(shape(value));
}
