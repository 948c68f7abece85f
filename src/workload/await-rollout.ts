import type { KubernetesPort } from "../kubernetes/port.ts";
import type { WorkloadRef } from "../model/kubernetes-objects.ts";
import { sleep } from "../model/sleep.ts";
import { rolloutProgress, type RolloutProgress } from "./rollout.ts";

/** How a rollout ended, or how far it was when patience did. */
export interface RolloutEnd extends RolloutProgress {
  readonly milliseconds: number;
}

/** How long to wait, and who is told. */
export interface RolloutOptions {
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RolloutProgress) => void;
}

const PAUSE_MS = { first: 250, most: 3_000 };

/**
 * Waits until a workload's pods are all of its present template, or until it is known that they won't be, or patience
 * ends. A kind that rolls nothing out is done.
 */
export async function awaitRollout(
  kubernetes: KubernetesPort,
  ref: WorkloadRef,
  { patienceMs, signal, onProgress }: RolloutOptions,
): Promise<RolloutEnd> {
  const begun = performance.now();
  for (let pause = PAUSE_MS.first; ; pause = Math.min(pause * 1.5, PAUSE_MS.most)) {
    const found = await kubernetes.getWorkload(ref);
    const progress: RolloutProgress =
      found === undefined
        ? { state: "stuck", text: "it has been deleted" }
        : found.rollout === undefined
          ? { state: "done", text: "nothing to roll out" }
          : rolloutProgress(found.rollout);
    const milliseconds = performance.now() - begun;
    if (progress.state !== "running" || milliseconds + pause > patienceMs || signal.aborted)
      return { ...progress, milliseconds };
    onProgress(progress);
    await sleep(pause, signal);
  }
}
