import type { Receipt } from "../aws/port.ts";
import { isFailure } from "../model/failure.ts";
import type { Terms } from "./confirm.ts";

/** How long AWS may take to see a role or a trust policy that IAM has just written. */
const CATCHING_UP_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

/** Writes what names a role, again while the role that was just written is not seen yet. */
export async function onceVisible(write: () => Promise<Receipt>, { clock, signal }: Terms): Promise<Receipt> {
  for (const pause of CATCHING_UP_MS) {
    try {
      return await write();
    } catch (error) {
      if (!isFailure(error, "role-not-visible") || signal?.aborted === true) throw error;
      await clock.sleep(pause, signal);
    }
  }
  return write();
}
