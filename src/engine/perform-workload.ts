import type { KubernetesPort } from "../kubernetes/port.ts";
import type { BindWorkload } from "../model/workload-change.ts";
import { isFailure } from "../model/failure.ts";
import { expectUnchanged } from "./preconditions.ts";

/** A controller writes the status of its workload all the time, and each write is a new version. */
const MOST_TRIES = 8;

/**
 * Sets a workload's ServiceAccount where it still is what the plan saw; whatever else has moved meanwhile stays.
 * @throws Failure `conflict` when the ServiceAccount is another by now
 */
export async function bindWorkload(
  { workload, serviceAccount, before }: BindWorkload,
  api: KubernetesPort,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const found = await api.getWorkload(workload);
    const now = found?.template?.serviceAccountName;
    // Its own answer was lost.
    if (now === serviceAccount.name) return;
    expectUnchanged(before, now, `the ServiceAccount of ${workload.kind}/${workload.name}`);
    const edit = {
      ref: workload,
      serviceAccount: serviceAccount.name,
      resourceVersion: found?.resourceVersion ?? "",
    };
    try {
      await api.bindWorkload(edit);
      return;
    } catch (error) {
      if (!isFailure(error, "conflict") || tries === MOST_TRIES) throw error;
    }
  }
}
