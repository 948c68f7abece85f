import { sleep } from "../model/sleep.ts";

/** Time and chance, as far as writes depend on them. */
export interface Clock {
  /** Waits, or less once the signal says that the run is over. */
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  /** From 0 to less than 1. */
  readonly random: () => number;
}

/** The machine's own. */
export const SYSTEM_CLOCK: Clock = { sleep, random: () => Math.random() };
