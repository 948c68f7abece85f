import type { AwsCall } from "../aws/tell-calls.ts";
import type { SourceStates } from "../watch/source-health.ts";
import type { WatchEvent } from "../watch/state.ts";
import type { Round } from "../watch/watch-cluster.ts";

/** What the metrics are made of at a time. */
export interface MetricsView {
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly version: string;
  readonly cluster:
    | { readonly name: string; readonly region: string; readonly awsAccount: string }
    | undefined;
  /** The last evaluation and when it ended; `undefined` before the first. */
  readonly latest: { readonly round: Round; readonly at: number } | undefined;
  /** Whether it holds the Lease; `undefined` for a watch without one. */
  readonly isLeader: boolean | undefined;
  readonly sources: SourceStates;
  readonly calls: readonly (AwsCall & { readonly count: number })[];
  readonly events: ReadonlyMap<WatchEvent["event"], number>;
  readonly process: ProcessFigures;
}

/** The process's own. */
export interface ProcessFigures {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly startedSeconds: number;
}

/** One time series: the values of the labels, in their order, and its own. */
export type Sample = readonly [labels: readonly string[], value: number];

/** Metrics of one name. */
export interface Family {
  readonly name: `irsa_${string}` | `process_${string}`;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly labels: readonly string[];
  /** None for what is not known: a metric that is missing is never taken for fresh. */
  readonly samples: (view: MetricsView) => readonly Sample[];
}

/** The one sample of a family without labels; none for what is not known. */
export function one(value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [[[], value]];
}

/** A time in milliseconds as Prometheus has it. */
export function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}
