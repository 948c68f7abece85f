import { afterWriting, Failure } from "../model/failure.ts";
import type { Clock } from "./clock.ts";

/** How writes are looked at again. */
export interface Terms {
  readonly clock: Clock;
  /** Once aborted, the waiting ends. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What became of our write of a part of a role: it is there; or what was there before still is, which IAM may
 * show for half a minute; or something else is, which takes another write.
 */
export type WriteState =
  | { readonly state: "there" }
  | { readonly state: "behind" }
  | { readonly state: "overwritten"; readonly write: () => Promise<void> };

/**
 * How long after a write it is looked at: IAM has no conditional write, and another run that has read before our write
 * writes over it some tenths of a second later. A read before that would find nothing amiss.
 */
export const SETTLING_MS = 1_000;
/** Pauses between the reads after the first, while IAM shows what was there before: half a minute in all. */
const CATCHING_UP_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** How often what somebody else wrote over is written again. */
const MOST_WRITES = 5;

/**
 * Reads until our write is there, and writes again what was written over.
 * @param compare reads, and compares; `patience` is `over` once IAM has had the time to show the write
 * @returns false where IAM does not show the write yet
 * @throws Failure `conflict` where others go on writing over it; any failure says `written`
 */
export async function confirmed(
  what: string,
  compare: (patience: "left" | "over") => Promise<WriteState>,
  { clock, signal }: Terms,
): Promise<boolean> {
  let [writes, behind] = [1, 0];
  await clock.sleep(SETTLING_MS, signal);
  for (;;) {
    const isOver = behind >= CATCHING_UP_MS.length || signal?.aborted === true;
    const seen = await afterWrite(compare(isOver ? "over" : "left"));
    if (seen.state === "there") return true;
    if (seen.state === "behind") {
      if (isOver) return false;
      await clock.sleep(CATCHING_UP_MS[behind] ?? 0, signal);
      behind += 1;
      continue;
    }
    if (writes >= MOST_WRITES) throw contended(what);
    await afterWrite(seen.write());
    behind = 0;
    writes += 1;
    // Two runs that go on in step would go on writing over each other.
    await clock.sleep(SETTLING_MS * (1 + clock.random()), signal);
  }
}

function contended(what: string): Failure {
  return new Failure("failed", "conflict", `${what} keeps being changed by another process`, {
    facts: [["written", `${MOST_WRITES} times; each time it was overwritten`]],
    advice: "Find out what else manages this role and stop it, then run the same command again",
    written: true,
  });
}

async function afterWrite<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw afterWriting(error);
  }
}
