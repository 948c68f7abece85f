import type { Histogram } from "prom-client";
import type { AwsCall } from "../aws/tell-calls.ts";
import type { SourceStates } from "../watch/source-health.ts";
import type { WatchEvent } from "../watch/state.ts";
import type { Round } from "../watch/watch-cluster.ts";
import type { MetricsView } from "./family.ts";
import { healthOf, type Health } from "./health.ts";
import { metricsPage, syncDurations } from "./page.ts";
import { serve, text, type MetricsServer } from "./server.ts";
import type { ListenAddress } from "./listen-address.ts";

/** What is counted of one watch, for whoever serves or sends it. */
export interface WatchRecord {
  readonly noteCall: (call: AwsCall) => void;
  readonly noteCluster: (cluster: MetricsView["cluster"]) => void;
  readonly noteSources: (sources: () => SourceStates) => void;
  readonly noteRound: (round: Round) => void;
  readonly noteStandby: () => void;
  readonly noteLeading: () => void;
  readonly view: () => MetricsView;
  readonly durations: Histogram;
  readonly health: Health;
}

/** What a watch is before it begins. */
export interface WatchMetricsOptions {
  readonly version: string;
  readonly pollMs: number;
  readonly now: () => number;
}

/** The events from the beginning, so that the first one is an increase. */
const EVENTS: readonly WatchEvent["event"][] = [
  "chainChanged",
  "findingAppeared",
  "findingChanged",
  "findingResolved",
  "sourceLost",
  "sourceRestored",
];

/** Nothing is counted yet. */
export function watchRecord({ version, pollMs, now }: WatchMetricsOptions): WatchRecord {
  const health = healthOf(now, pollMs);
  const durations = syncDurations();
  const calls = new Map<string, AwsCall & { readonly count: number }>();
  const events = new Map<WatchEvent["event"], number>(EVENTS.map((event) => [event, 0]));
  let cluster: MetricsView["cluster"];
  let latest: MetricsView["latest"];
  let isLeader: boolean | undefined;
  let sources = (): SourceStates => new Map();
  return {
    durations,
    health,
    view: () => ({
      now: now(),
      version,
      cluster,
      latest,
      isLeader,
      sources: sources(),
      calls: [...calls.values()],
      events,
      process: processFigures(now()),
    }),
    noteCall: (call) => {
      const key = `${call.action} ${call.result}`;
      calls.set(key, { ...call, count: (calls.get(key)?.count ?? 0) + 1 });
    },
    noteCluster: (is) => void (cluster = is),
    noteSources: (states) => void (sources = states),
    noteStandby: () => {
      isLeader = false;
      health.noteStandby();
    },
    noteLeading: () => {
      isLeader = true;
      health.noteLeading();
    },
    noteRound: (round) => {
      latest = { round, at: now() };
      health.noteRound(round);
      durations.observe(round.milliseconds / 1000);
      for (const { event } of round.events) events.set(event, (events.get(event) ?? 0) + 1);
    },
  };
}

/**
 * Serves `/metrics`, `/healthz` and `/readyz`.
 * @throws Failure `port-taken`, `not-listening`
 */
export function serveMetrics(
  address: ListenAddress,
  { view, durations, health }: WatchRecord,
): Promise<MetricsServer> {
  return serve(address, {
    "/metrics": async (accept) => ({ status: 200, ...(await metricsPage(view(), durations, accept)) }),
    "/healthz": () => verdict("unhealthy", health.stalled()),
    "/readyz": () => verdict("not ready", health.notReady()),
  });
}

function verdict(not: string, why: string | undefined) {
  return why === undefined ? text(200, "ok") : text(503, `${not}: ${why}`);
}

function processFigures(now: number): MetricsView["process"] {
  const { user, system } = process.cpuUsage();
  return {
    cpuSeconds: (user + system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
    startedSeconds: now / 1000 - process.uptime(),
  };
}
