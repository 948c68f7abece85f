import type { KubernetesPort } from "../kubernetes/port.ts";
import { Failure } from "../model/failure.ts";
import { podWay, wayLabel } from "../model/way.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { RestartWorkload } from "../model/workload-change.ts";
import type { Terms } from "./confirm.ts";

/** How long EKS's webhook may take to learn of an association or of its end; it says "several seconds". */
const CATCHING_UP_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/**
 * Waits until new pods get their role by the way that the restart is for: a pod that is created before still gets the
 * other, and would keep it.
 * @throws Failure `not-ready` if they don't within a minute; whatever keeps a dry-run pod from being created
 */
export async function awaitWay(
  { serviceAccount, way }: RestartWorkload,
  api: KubernetesPort,
  { clock, signal }: Terms,
): Promise<void> {
  if (way === undefined) return;
  for (const pause of CATCHING_UP_MS) {
    if (podWay(await api.tryPod(serviceAccount)) === way) return;
    if (signal?.aborted === true) break;
    await clock.sleep(pause, signal);
  }
  if (podWay(await api.tryPod(serviceAccount)) === way) return;
  throw new Failure(
    "failed",
    "not-ready",
    `new pods of ${serviceAccountPath(serviceAccount)} don't get their role by ${wayLabel(way)} yet`,
    { advice: "Nothing was restarted. Run the same command again" },
  );
}
