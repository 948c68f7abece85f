import type { KubernetesPort } from "../../kubernetes/port.ts";
import { eachOf } from "../../model/each-of.ts";
import type { Note } from "../../model/plan.ts";
import { accountPath } from "../../model/service-account-ref.ts";
import type { AccountRow } from "../../service-account/plan-many.ts";
import { losingPods, podsOf } from "../losing-pods.ts";

/** How many accounts' pods are listed side by side. */
const AT_ONCE = 8;

/** Which running pods lose their credentials by a prune, account by account. */
export async function prunedPods(
  rows: readonly AccountRow[],
  kubernetes: KubernetesPort,
): Promise<readonly Note[]> {
  const going = rows.filter((row) => row.state === "pruned");
  const notes = await eachOf(going, AT_ONCE, async ({ account, removal }): Promise<Note[]> => {
    const losing = losingPods(await podsOf(kubernetes, account), removal);
    return losing.map((note) => ({ ...note, message: `${accountPath(account)}: ${note.message}` }));
  });
  return notes.flat();
}
