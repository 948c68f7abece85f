import type { PackedGraph } from "./packed-graph.ts";

/** Where a served page listens, below its own address. */
export const LIVE_EVENTS = "events";

/** Something that changed while the page was served. */
export interface LiveChange {
  /** As ISO 8601. */
  readonly at: string;
  readonly text: string;
  readonly tone: "worse" | "better" | "unknown" | "gone";
  /** The id of the node that it is about. */
  readonly node?: string;
}

/** What there is now, and what changed, the latest first. */
export interface LiveState {
  readonly graph: PackedGraph;
  readonly changes: readonly LiveChange[];
}

/** Sent again and again: how old what is shown is, in seconds; `null` for what was never read. */
export interface LivePulse {
  readonly cluster: number | null;
  readonly aws: number | null;
  /** What can't be read now, a sentence each. */
  readonly unknown: readonly string[];
}

/** How often a pulse is sent, in milliseconds; a page that has seen none for three times as long is not live. */
export const PULSE_MS = 5_000;
