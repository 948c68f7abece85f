import type { EksPort } from "../aws/port.ts";
import type { Addon } from "../model/addon.ts";
import { sleep } from "../model/sleep.ts";

/** How long to wait, and who is told. */
export interface AddonOptions {
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly onStatus: (status: string) => void;
}

/** The add-on as it was last seen; `undefined` where there is none. */
export interface AddonEnd {
  readonly addon: Addon | undefined;
  readonly milliseconds: number;
}

const PAUSE_MS = { first: 1_000, most: 5_000 };
/** States that EKS does not leave by itself. DEGRADED passes while pods start. Source: EKS API Reference, Addon. */
const FAILED = new Set(["CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED"]);
/** A failed state may be from before the update, which EKS's reads show a moment late. */
const FAILED_READS = 2;

/**
 * Waits until the add-on is as wanted, has failed, or patience ends.
 * @param isWanted `undefined` is an add-on that does not exist
 */
export async function awaitAddon(
  read: () => ReturnType<EksPort["getAddon"]>,
  isWanted: (addon: Addon | undefined) => boolean,
  { patienceMs, signal, onStatus }: AddonOptions,
): Promise<AddonEnd> {
  const begun = performance.now();
  let failed = 0;
  for (let pause = PAUSE_MS.first; ; pause = Math.min(pause * 1.5, PAUSE_MS.most)) {
    const addon = await read();
    const milliseconds = performance.now() - begun;
    if (isWanted(addon)) return { addon, milliseconds };
    if (addon !== undefined && FAILED.has(addon.status)) failed += 1;
    if (failed >= FAILED_READS || milliseconds + pause > patienceMs || signal.aborted)
      return { addon, milliseconds };
    onStatus(addon?.status ?? "not installed");
    await sleep(pause, signal);
  }
}
