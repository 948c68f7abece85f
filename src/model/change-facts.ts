import type { Attribute } from "./attributes.ts";
import { CHANGE_KINDS } from "./change-kinds.ts";
import type { ClusterRight, Effect, Layer, Progress, ShownDocument } from "./change-kind-row.ts";
import type { Target } from "./change-targets.ts";
import type { Change, ChangeKind, ChangeOf } from "./change.ts";

type ByKind = { readonly [Kind in ChangeKind]: ChangeOf<Kind> };

/** A change that the compiler knows to be of the kind that it names, as the rows of the table take it. */
type Kinded<Kind extends ChangeKind> = ByKind[Kind] & { readonly kind: Kind };

function rowOf<Kind extends ChangeKind>(change: Kinded<Kind>): (typeof CHANGE_KINDS)[Kind] {
  return CHANGE_KINDS[change.kind];
}

/** What a change touches, as `role:<ARN>`; changes of one target are shown together. */
export function targetOf<Kind extends ChangeKind>(change: Kinded<Kind>): string {
  return rowOf(change).target(change).id;
}

/** What a change does to its target. */
export function effectOf({ kind }: Change): Effect {
  return CHANGE_KINDS[kind].effect;
}

/** What a plan does to a target that several changes touch: making and removing tell more than changing. */
export function effectOfAll(changes: readonly Change[]): Effect {
  const effects = changes.map(effectOf);
  return effects.find((effect) => effect !== "change") ?? "change";
}

/** Where a change stands among others. */
export function layerOf({ kind }: Change): Layer {
  return CHANGE_KINDS[kind].layer;
}

/** Whether a role is given something, or something is taken from it. */
export function quotaOf({ kind }: Change): "gives" | "takes" | undefined {
  return CHANGE_KINDS[kind].quota;
}

/** The right in the cluster that a change needs. */
export function rightOf({ kind }: Change): ClusterRight | undefined {
  return CHANGE_KINDS[kind].right;
}

/** A change as a plan shows it. */
export interface ShownChange {
  readonly target: Target;
  readonly attributes: readonly Attribute[];
  readonly documents: readonly ShownDocument[];
}

/** How a plan shows a change. */
export function shownChange<Kind extends ChangeKind>(change: Kinded<Kind>): ShownChange {
  const row = rowOf(change);
  return {
    target: row.target(change),
    attributes: row.attributes(change),
    documents: row.documents?.(change) ?? [],
  };
}

/** What a change is called while it is being applied and once it is. */
export function progressOf<Kind extends ChangeKind>(change: Kinded<Kind>): Progress {
  const { progress } = rowOf(change);
  return typeof progress === "function" ? progress(change) : progress;
}

/** What a change is about, in a word or two. */
export function summaryOf<Kind extends ChangeKind>(change: Kinded<Kind>): string {
  return rowOf(change).summary(change);
}
