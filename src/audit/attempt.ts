import { isFailure } from "../model/failure.ts";
import type { Gap } from "./inventory.ts";

/** Reads something that may be denied; `what` describes the gap that is left then, for example `pods of my-cluster`. */
export type Attempt = <T>(what: string, read: () => Promise<T>) => Promise<T | undefined>;

/**
 * Reads that may fail one by one: denied, throttled or unreachable, each leaves a gap. A refusal of irsa itself (such as the
 * wrong-cluster check) ends everything.
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
