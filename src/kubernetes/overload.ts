import type { IncomingMessage } from "node:http";
import { LIMITS } from "../model/limits.ts";
import { sleep } from "../model/sleep.ts";
import { readBody } from "../network/bounded-body.ts";

/** How often a call is made at most, and how long a pause is, whatever the API server asks for. */
const MOST_CALLS = 5;
const PAUSE_MS = { usual: 1_000, most: 5_000 };

/**
 * Makes a call again that the API server refused as one too many (429), after the time that it asks for: it has not begun with
 * it, so that a write is safe, too. Source: Kubernetes, "API Priority and Fairness"; its own clients do the same.
 */
export async function untilAdmitted(call: () => Promise<IncomingMessage>): Promise<IncomingMessage> {
  for (let left = MOST_CALLS - 1; left > 0; left -= 1) {
    const answer = await call();
    if (answer.statusCode !== 429) return answer;
    // Once it was read, its connection is free for the next call.
    await readBody(answer, { maxBytes: LIMITS.kubernetesAnswerBytes });
    await sleep(pauseOf(answer), undefined);
  }
  return call();
}

function pauseOf({ headers }: IncomingMessage): number {
  const asked = headers["retry-after"] ?? "";
  return /^\d{1,6}$/.test(asked) ? Math.min(Number(asked) * 1_000, PAUSE_MS.most) : PAUSE_MS.usual;
}
