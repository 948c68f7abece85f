/** Time and chance, as far as watching depends on them. */
export interface WatchClock {
  /** In milliseconds since 1970. */
  readonly now: () => number;
  /** Waits, or less once the signal says that the run is over. */
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  /** From 0 to less than 1. */
  readonly random: () => number;
}
