import { look, type Known } from "../model/known.ts";
import type { Gap } from "./inventory.ts";

/** Reads something that may be denied; `what` describes the gap that is left then, for example `pods of my-cluster`. */
export type Attempt = <T>(what: string, read: () => Promise<T>) => Promise<Known<T>>;

/**
 * Reads that may fail one by one: denied, throttled or unreachable, each leaves a gap. A refusal of irsa itself (such as the
 * wrong-cluster check) ends everything.
 */
export function attempting(gaps: Gap[]): Attempt {
  return async (what, read) => {
    const answer = await look(read, ({ kind }) => kind === "denied" || kind === "failed");
    if (answer.state === "unknown") gaps.push({ what, failure: answer.failure });
    return answer;
  };
}
