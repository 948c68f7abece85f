import type { Receipt } from "../aws/port.ts";
import type { Note } from "../model/plan.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";

/** The result of a change. */
export interface Performed {
  readonly receipts: readonly Receipt[];
  /** What was noticed on the way, as that someone else changed the same thing. */
  readonly notes: readonly Note[];
  /** The policy document that the last write replaced, as it was read right before. */
  readonly replaced?: PolicyDocument;
}

/** A change that went as planned. */
export function asPlanned(receipts: readonly Receipt[]): Performed {
  return { receipts, notes: [] };
}
