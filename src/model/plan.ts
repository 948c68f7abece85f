import type { ClusterRef } from "./arn.ts";
import { effectOfAll, targetOf } from "./change-facts.ts";
import type { Effect } from "./change-kind-row.ts";
import type { Change } from "./change.ts";
import type { CommandWords } from "./command-words.ts";
import { digestOf } from "./digest.ts";
import { grouped } from "./grouped.ts";

/** Something the user should know before approving; `code` is stable, `message` is prose. */
export interface Note {
  readonly level: "warning" | "info";
  readonly code: string;
  readonly message: string;
  /** A command that the message leads to; it ends with a colon then. */
  readonly command?: CommandWords;
}

/** What apply will do, in one run, and what was noticed on the way. */
export interface Plan {
  /** The cluster that the run is about; absent where it is about the AWS account alone. */
  readonly cluster?: ClusterRef;
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
}

/**
 * The plan's digest, 64 hex characters: the same for the same changes to the same observed state, and for no other.
 * A ServiceAccount's resourceVersion is left out, since it moves with edits that don't matter here.
 */
export function planDigest(plan: Plan): string {
  return digestOf({ cluster: plan.cluster?.arn, changes: plan.changes.map(withoutVersion) });
}

function withoutVersion(change: Change): object {
  if (!("resourceVersion" in change)) return change;
  const { resourceVersion: _, ...rest } = change;
  return rest;
}

/**
 * How much of the digest is shown and must at least be given to `--expect-plan`: 64 bits. Of 32 a second plan with the
 * same ones is found in minutes.
 */
export const SHORT_DIGEST = 16;

/** The changes by what they touch, in the order of first mention. */
export function byTarget(changes: readonly Change[]): Change[][] {
  return [...grouped(changes, targetOf).values()];
}

/** How many things (not API calls) a plan creates, changes and removes. */
export function countTargets(changes: readonly Change[]): Record<Effect, number> {
  const effects = byTarget(changes).map(effectOfAll);
  const count = (effect: Effect): number => effects.filter((one) => one === effect).length;
  return { create: count("create"), change: count("change"), remove: count("remove") };
}
