import { describe, expect, it } from "vitest";
import { fit } from "../../src/kubernetes/answer.ts";
import { rolloutShape } from "../../src/kubernetes/wire-rollout.ts";
import type { WorkloadKind } from "../../src/model/workload-kinds.ts";
import { rolloutProgress } from "../../src/workload/rollout.ts";

interface WorkloadJson {
  readonly metadata: object;
  readonly spec: object;
  readonly status: object;
}

function progressOf(kind: WorkloadKind, { metadata, spec = {}, status }: Partial<WorkloadJson>): string {
  const json = {
    metadata: { generation: 2, ...metadata },
    spec,
    status: { observedGeneration: 2, ...status },
  };
  const rollout = fit("it", json, rolloutShape(kind));
  if (rollout === undefined) return "none";
  const { state, text } = rolloutProgress(rollout);
  return `${state}: ${text}`;
}

describe("a Deployment", () => {
  const full = { replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
  const spec = { replicas: 3 };
  it.each<readonly [string, Partial<WorkloadJson>, string]>([
    [
      "whose change was not yet seen",
      { spec, status: { ...full, observedGeneration: 1 } },
      "running: not started yet",
    ],
    ["with all pods new and available", { spec, status: full }, "done: 3 pods"],
    ["with former pods left", { spec, status: { ...full, replicas: 4 } }, "running: 3 of 3 pods"],
    ["with new pods to come", { spec, status: { ...full, updatedReplicas: 1 } }, "running: 1 of 3 pods"],
    [
      "with new pods that don't run yet",
      { spec, status: { ...full, availableReplicas: 2 } },
      "running: 2 of 3 pods",
    ],
    ["of no pods", { spec: { replicas: 0 }, status: {} }, "done: 0 pods"],
    [
      "that says no number",
      { status: { replicas: 1, updatedReplicas: 1, availableReplicas: 1 } },
      "done: 1 pod",
    ],
    ["that is paused", { spec: { ...spec, paused: true }, status: full }, "manual: its rollout is paused"],
    [
      "that has given up",
      {
        spec,
        status: {
          ...full,
          updatedReplicas: 1,
          conditions: [
            {
              type: "Progressing",
              status: "False",
              reason: "ProgressDeadlineExceeded",
              message: "timed out",
            },
          ],
        },
      },
      "stuck: timed out",
    ],
  ])("%s", (_name, json, expected) => {
    expect(progressOf("deployment", json)).toBe(expected);
  });
});

describe("a DaemonSet", () => {
  const full = { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 };
  it.each<readonly [string, Partial<WorkloadJson>, string]>([
    ["on all nodes", { status: full }, "done: 2 pods"],
    ["on some nodes", { status: { ...full, updatedNumberScheduled: 1 } }, "running: 1 of 2 pods"],
    ["on all nodes, not yet available", { status: { ...full, numberAvailable: 0 } }, "running: 0 of 2 pods"],
    ["on no node", { status: {} }, "done: 0 pods"],
    [
      "that waits for deletions",
      { spec: { updateStrategy: { type: "OnDelete" } }, status: full },
      "manual: its pods are only replaced when deleted (OnDelete)",
    ],
  ])("%s", (_name, json, expected) => {
    expect(progressOf("daemonset", json)).toBe(expected);
  });
});

describe("a StatefulSet", () => {
  const full = { replicas: 2, updatedReplicas: 2, readyReplicas: 2 };
  const spec = { replicas: 2 };
  it.each<readonly [string, Partial<WorkloadJson>, string]>([
    ["with all pods new and ready", { spec, status: full }, "done: 2 pods"],
    ["with former pods", { spec, status: { ...full, updatedReplicas: 1 } }, "running: 1 of 2 pods"],
    [
      "that keeps some back",
      { spec: { ...spec, updateStrategy: { rollingUpdate: { partition: 1 } } }, status: full },
      "manual: its partition keeps pods of the previous template",
    ],
  ])("%s", (_name, json, expected) => {
    expect(progressOf("statefulset", json)).toBe(expected);
  });
});

it.each(["cronjob", "job"] as const)("a %s rolls nothing out", (kind) => {
  expect(progressOf(kind, {})).toBe("none");
});

describe("an Argo Rollout", () => {
  const healthy = {
    observedGeneration: "2",
    phase: "Healthy",
    replicas: 3,
    updatedReplicas: 3,
    availableReplicas: 3,
  };
  const spec = { replicas: 3 };
  const at = (restartAt: string) => ({ ...spec, restartAt });
  const byReference = (generation: string) => ({
    annotations: { "rollout.argoproj.io/workload-generation": generation },
  });
  it.each<readonly [string, Partial<WorkloadJson>, string]>([
    ["that is healthy", { spec, status: healthy }, "done: 3 pods"],
    ["whose old pods are kept for a while", { spec, status: { ...healthy, replicas: 6 } }, "done: 3 pods"],
    [
      "whose change was not seen, though it is healthy or degraded from before",
      { spec, status: { ...healthy, observedGeneration: "1", phase: "Degraded" } },
      "running: not started yet",
    ],
    [
      "whose Deployment's change was not seen",
      { metadata: byReference("5"), spec, status: { ...healthy, workloadObservedGeneration: "4" } },
      "running: not started yet",
    ],
    [
      "whose Deployment's change was seen",
      { metadata: byReference("5"), spec, status: { ...healthy, workloadObservedGeneration: "5" } },
      "done: 3 pods",
    ],
    [
      "with an observed generation that is a hash (before 0.10)",
      { spec, status: { ...healthy, observedGeneration: "7d9f6b" } },
      "done: 3 pods",
    ],
    [
      "without a phase (before 1.0), by its numbers",
      { spec, status: { ...healthy, phase: undefined, updatedReplicas: 1 } },
      "running: 1 of 3 pods",
    ],
    ["in progress", { spec, status: { ...healthy, phase: "Progressing" } }, "running: 3 of 3 pods"],
    ["without a status", { spec, status: { observedGeneration: undefined } }, "running: 0 of 3 pods"],
    [
      "that waits at a step",
      { spec, status: { ...healthy, phase: "Paused", message: "CanaryPauseStep" } },
      "manual: its rollout is paused",
    ],
    [
      "that is being unpaused",
      { spec, status: { ...healthy, phase: "Paused", controllerPause: true, pauseConditions: [] } },
      "running: not started yet",
    ],
    [
      "that was aborted",
      { spec, status: { ...healthy, phase: "Degraded", message: "RolloutAborted: metric failed" } },
      "stuck: RolloutAborted: metric failed",
    ],
    [
      "that has to restart",
      { spec: at("2026-11-01T08:00:01Z"), status: { ...healthy, restartedAt: "2026-10-01T08:00:00Z" } },
      "running: 3 of 3 pods",
    ],
    [
      "that has restarted, the time in another form",
      { spec: at("2026-11-01T08:00:01Z"), status: { ...healthy, restartedAt: "2026-11-01T09:00:01+01:00" } },
      "done: 3 pods",
    ],
  ])("%s", (_name, json, expected) => expect(progressOf("rollout", json)).toBe(expected));
});
