import type { MetricsView } from "../../src/metrics/family.ts";
import { metricsPage, syncDurations } from "../../src/metrics/page.ts";
import type { SourceStates } from "../../src/watch/source-health.ts";
import type { World } from "../fakes/world.ts";
import { watching, type Watching } from "../watch/watching.ts";

/** The metrics of a watch of a world in memory. */
export interface WatchedMetrics extends Watching {
  readonly view: () => MetricsView;
  /** In Prometheus' text format. */
  readonly page: () => Promise<string>;
}

/** Begins to watch. */
export async function watchedMetrics(world: World): Promise<WatchedMetrics> {
  let sources = (): SourceStates => new Map();
  const watch = await watching(world, { withQuotas: true, onStart: (states) => void (sources = states) });
  const view = (): MetricsView => {
    const [round, now] = [watch.rounds.at(-1), watch.clock.now()];
    return { ...NOTHING_SEEN, now, latest: round && { round, at: now }, sources: sources() };
  };
  return { ...watch, view, page: async () => pageOf(view()) };
}

/** What there is before anything was read. */
export const NOTHING_SEEN: MetricsView = {
  now: 0,
  version: "0.0.0",
  cluster: { name: "shop", region: "eu-west-1", awsAccount: "111122223333" },
  isLeader: undefined,
  latest: undefined,
  sources: new Map(),
  calls: [],
  events: new Map(),
  process: { cpuSeconds: 1, residentBytes: 2, startedSeconds: 3 },
};

/** The page of a view, for whoever takes what `accept` says. */
export async function pageOf(view: MetricsView, accept = ""): Promise<string> {
  return (await metricsPage(view, syncDurations(), accept)).body;
}
