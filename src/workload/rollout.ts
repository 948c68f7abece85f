import type { Rollout } from "../model/kubernetes-objects.ts";

/** How far a rollout is. `text` says it in a few words. */
export interface RolloutProgress {
  readonly state: "done" | "running" | "stuck" | "manual";
  readonly text: string;
}

const MANUAL: Readonly<Record<NonNullable<Rollout["manualReason"]>, string>> = {
  paused: "its rollout is paused",
  "on-delete": "its pods are only replaced when deleted (OnDelete)",
  partition: "its partition keeps pods of the previous template",
};

/** Judges a rollout as `kubectl rollout status` does. Source: Kubernetes docs, "Complete Deployment", and kubectl. */
export function rolloutProgress(rollout: Rollout): RolloutProgress {
  const { generation, observedGeneration, wanted, updated, available, total, stuck, manualReason } = rollout;
  const { complete = updated >= wanted && total <= updated && available >= updated } = rollout;
  if (manualReason !== undefined) return { state: "manual", text: MANUAL[manualReason] };
  if (observedGeneration < generation) return { state: "running", text: "not started yet" };
  if (stuck !== undefined) return { state: "stuck", text: stuck };
  const pods = `${wanted} pod${wanted === 1 ? "" : "s"}`;
  if (complete) return { state: "done", text: pods };
  return { state: "running", text: `${Math.min(updated, available)} of ${pods}` };
}
