import type { Receipt } from "../aws/port.ts";
import { digestOf } from "../model/digest.ts";
import { afterWriting, Failure, isFailure } from "../model/failure.ts";
import type { Tags } from "../model/iam-objects.ts";

/**
 * Holds what is there against what the plan was made from.
 * @throws Failure `conflict`
 */
export function expectUnchanged(observed: string, now: string | undefined, what: string): void {
  if (now === observed) return;
  throw new Failure("refused", "conflict", `${what} has changed since the plan was made`, {
    advice: "Run the command again without --approve to review the new plan",
  });
}

/** True if all of the wanted tags are there. */
export function hasTags(found: Tags, wanted: Tags): boolean {
  return digestOf({ ...found, ...wanted }) === digestOf(found);
}

/** What is to be deleted and no longer exists (a lost answer, or someone else) counts as done. */
export async function orGone<T>(removal: Promise<T>): Promise<T | Record<string, never>> {
  try {
    return await removal;
  } catch (error) {
    if (!isFailure(error, "gone")) throw error;
    return {};
  }
}

/**
 * Makes the writes of one change one after the other.
 * @throws Failure of the first that fails; once another was made before it, one that says `written`
 */
export async function inOrder(writes: readonly (() => Promise<Receipt>)[]): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  for (const write of writes) {
    try {
      receipts.push(await write());
    } catch (error) {
      throw receipts.length === 0 ? error : afterWriting(error);
    }
  }
  return receipts;
}
