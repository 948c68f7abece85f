import { lostSources } from "../watch/source-health.ts";
import type { Round } from "../watch/watch-cluster.ts";

/** Whether a watch has begun, and whether it goes on. */
export interface Health {
  readonly noteRound: (round: Round) => void;
  /** It waits for another replica to go: it is ready to lead, and has nothing to evaluate. */
  readonly noteStandby: () => void;
  /** It evaluates from now on; until then nothing was to be heard of it. */
  readonly noteLeading: () => void;
  /** What is missing of the first whole snapshot; `undefined` once there was one, whatever is lost later. */
  readonly notReady: () => string | undefined;
  /** Why it has to be started again; `undefined` while it goes on. */
  readonly stalled: () => string | undefined;
}

/** A first snapshot of a large cluster takes minutes; so long no watch takes. */
const LONGEST_ROUND_MS = 30 * 60_000;

/** A watch that begins now. @param pollMs how often AWS is polled */
export function healthOf(now: () => number, pollMs: number): Health {
  let heardAt = now();
  let missing: string | undefined = "the first snapshot is being read";
  return {
    noteRound: ({ state }) => {
      heardAt = now();
      if (missing === undefined) return;
      const lost = [...lostSources(state.sources)];
      missing = lost.length === 0 ? undefined : `can't be read: ${lost.join(", ")}`;
    },
    noteStandby: () => {
      heardAt = now();
      missing = undefined;
    },
    noteLeading: () => void (heardAt = now()),
    notReady: () => missing,
    stalled: () => {
      const silentMs = now() - heardAt;
      if (silentMs <= LONGEST_ROUND_MS + 2 * pollMs) return undefined;
      return `nothing was evaluated for ${Math.round(silentMs / 1000)} s`;
    },
  };
}
