import { isFailure } from "../model/failure.ts";
import type { Gap } from "./inventory.ts";

/** Reads something that may be refused; what it is says the gap that is left then, as `pods of my-cluster`. */
export type Attempt = <T>(what: string, read: () => Promise<T>) => Promise<T | undefined>;

/**
 * Reads of which each may fail by itself: denied, throttled or not reached, it leaves a gap. A refusal of ours (as the
 * wrong-cluster guard's) ends everything.
 */
export function attempting(gaps: Gap[]): Attempt {
  return async (what, read) => {
    try {
      return await read();
    } catch (error) {
      if (!isFailure(error) || (error.kind !== "denied" && error.kind !== "failed")) throw error;
      gaps.push({ what, failure: error });
      return undefined;
    }
  };
}
