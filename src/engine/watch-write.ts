import type { Clock } from "./clock.ts";

/** How long a write may be on its way before it is watched: most are there by then, and cost no further call. */
const WATCHED_AFTER_MS = 250;

/** A write's answer, and what was there while it was on its way. */
export interface Watched<Answer, State> {
  readonly answer: Answer;
  readonly seen: readonly State[];
}

/**
 * Reads repeatedly while a write is in flight, which can take many seconds if AWS throttles it: IAM has no conditional
 * write, and what someone else writes in the meantime would be overwritten without a trace.
 * @throws what the write throws; a failed read is ignored
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
