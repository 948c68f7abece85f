import type { Clock } from "./clock.ts";

/** How long a write may be on its way before it is watched: most are there by then, and cost no further call. */
const WATCHED_AFTER_MS = 250;

/** A write's answer, and what was there while it was on its way. */
export interface Watched<Answer, State> {
  readonly answer: Answer;
  readonly seen: readonly State[];
}

/**
 * Reads again and again while a write is on its way, as one that AWS throttles can be for many seconds: IAM has no
 * conditional write, and whatever somebody else writes meanwhile will be overwritten without a trace.
 * @throws what the write throws; a read that fails tells nothing
 */
export async function watchWrite<Answer, State>(
  write: Promise<Answer>,
  read: () => Promise<State | undefined>,
  clock: Clock,
): Promise<Watched<Answer, State>> {
  const seen: State[] = [];
  let isOver = false;
  const over = write.then(
    () => void (isOver = true),
    () => void (isOver = true),
  );
  for (;;) {
    await Promise.race([over, clock.sleep(WATCHED_AFTER_MS, undefined)]);
    if (isOver) break;
    const state = await read().catch(() => undefined);
    if (state !== undefined) seen.push(state);
  }
  return { answer: await write, seen };
}
