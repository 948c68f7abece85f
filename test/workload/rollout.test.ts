import { describe, expect, it } from "vitest";
import { toRollout, type RolloutJson } from "../../src/kubernetes/wire-rollout.ts";
import { rolloutProgress } from "../../src/workload/rollout.ts";

type Kind = Parameters<typeof toRollout>[0];

function progressOf(kind: Kind, { metadata, spec = {}, status }: Partial<RolloutJson>): string {
  const json = {
    metadata: { generation: 2, ...metadata },
    spec,
    status: { observedGeneration: 2, ...status },
  };
  const rollout = toRollout(kind, json);
  if (rollout === undefined) return "none";
  const { state, text } = rolloutProgress(rollout);
  return `${state}: ${text}`;
}

describe("a Deployment", () => {
  const full = { replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
  const spec = { replicas: 3 };
  it.each<readonly [string, Partial<RolloutJson>, string]>([
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
  it.each<readonly [string, Partial<RolloutJson>, string]>([
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
  it.each<readonly [string, Partial<RolloutJson>, string]>([
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
