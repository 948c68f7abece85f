import type { Change } from "../model/change.ts";
import { Failure } from "../model/failure.ts";
import type { Note } from "../model/plan.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { prerequisites } from "../model/order.ts";
import { FreeChanges } from "./free-changes.ts";
import { perform, type Targets } from "./perform.ts";
import { roleLooks, type RoleLook } from "./role-look.ts";

/** What apply reports as it runs; `index` is the change's place in the plan. */
export type Step =
  | { readonly state: "started"; readonly index: number; readonly change: Change }
  | Done
  | { readonly state: "failed"; readonly index: number; readonly change: Change; readonly failure: Failure }
  /** Not attempted: something before it failed, or the run was interrupted. */
  | { readonly state: "skipped"; readonly index: number; readonly change: Change };

interface Done {
  readonly state: "done";
  readonly index: number;
  readonly change: Change;
  readonly milliseconds: number;
  readonly requestIds: readonly string[];
  /** What was noticed on the way. */
  readonly notes: readonly Note[];
  /** The policy document that the last write replaced. */
  readonly replaced?: PolicyDocument;
}

/** How a plan is applied. */
export interface ApplyOptions {
  /** Once aborted, calls in flight are finished and no new ones are started. */
  readonly signal?: AbortSignal;
}

/** How many changes are made side by side: more would only wait for IAM, which allows some ten writes a second. */
const AT_ONCE = 10;

/**
 * Applies a plan's changes: each as soon as those before it are done, free ones side by side; a failure holds up only
 * what builds on it. Never throws for a change that fails: that is a step.
 */
export async function* applyChanges(
  changes: readonly Change[],
  targets: Targets,
  { signal }: ApplyOptions = {},
): AsyncGenerator<Step> {
  const look = roleLooks(targets);
  const waiting = new Map(changes.entries());
  const running = new Map<number, Promise<Step>>();
  const free = new FreeChanges(prerequisites(changes));
  for (;;) {
    for (const index of signal?.aborted === true ? [] : free.take(AT_ONCE - running.size)) {
      const change = waiting.get(index);
      if (change === undefined) throw new TypeError("no change at this index");
      waiting.delete(index);
      yield { state: "started", index, change };
      running.set(index, run(index, change, { targets, look, signal }));
    }
    if (running.size === 0) break;
    const step = await Promise.race(running.values());
    running.delete(step.index);
    if (step.state === "done") free.done(step.index);
    yield step;
  }
  for (const [index, change] of waiting) yield { state: "skipped", index, change };
}

/** What the changes of one run have in common. */
interface Run {
  readonly targets: Targets;
  readonly look: RoleLook;
  readonly signal: AbortSignal | undefined;
}

async function run(index: number, change: Change, { targets, look, signal }: Run): Promise<Step> {
  const begun = performance.now();
  try {
    const { receipts, ...noticed } = await perform(change, targets, look, signal);
    const requestIds = receipts.flatMap(({ requestId }) => (requestId === undefined ? [] : [requestId]));
    return { state: "done", index, change, milliseconds: performance.now() - begun, requestIds, ...noticed };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { state: "failed", index, change, failure: error };
  }
}
