/** Rung whenever something has changed; whoever waits is woken once for however many rings. */
export interface Bell {
  readonly ring: () => void;
  /** Resolves at the next ring, or immediately if it was rung and not silenced. */
  readonly rung: () => Promise<void>;
  /** What has rung so far is being heeded. */
  readonly silence: () => void;
}

/** A bell that has not been rung. */
export function aBell(): Bell {
  let isRung = false;
  const waiting = new Set<() => void>();
  return {
    ring: () => {
      isRung = true;
      for (const wake of waiting) wake();
      waiting.clear();
    },
    rung: () => (isRung ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve))),
    silence: () => void (isRung = false),
  };
}
