/** Time and chance, as far as watching depends on them. */
export interface WatchClock {
  /** In milliseconds since 1970. */
  readonly now: () => number;
  /** Waits, or less once the signal says that the run is over. */
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  /** From 0 to less than 1. */
  readonly random: () => number;
}

/** Whether a time is at most so long ago; one that is yet to come, as the clock was set back, is not. */
export function isWithin(milliseconds: number, time: number, now: number): boolean {
  return time <= now && now - time < milliseconds;
}
