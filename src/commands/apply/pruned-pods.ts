import type { KubernetesPort } from "../../kubernetes/port.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import type { Note } from "../../model/plan.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { PlannedServiceAccount } from "../../service-account/fleet/plan.ts";
import { losingPods, podsOf } from "../shared/losing-pods.ts";

/** How many ServiceAccounts' pods are listed concurrently. */
const AT_ONCE = 8;

/** The running pods that lose their credentials by a prune, per ServiceAccount. */
export async function prunedPods(
  rows: readonly PlannedServiceAccount[],
  kubernetes: KubernetesPort,
): Promise<readonly Note[]> {
  const going = rows.filter((row) => row.state === "pruned");
  const notes = await mapConcurrent(going, AT_ONCE, async ({ serviceAccount, removal }): Promise<Note[]> => {
    const losing = losingPods(await podsOf(kubernetes, serviceAccount), removal);
    return losing.map((note) => ({
      ...note,
      message: `${serviceAccountPath(serviceAccount)}: ${note.message}`,
    }));
  });
  return notes.flat();
}
