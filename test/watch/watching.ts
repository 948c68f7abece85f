import type { Asked } from "../../src/audit/report.ts";
import type { WatchEvent, WatchState } from "../../src/watch/state.ts";
import { watchCluster, type Round, type WatchOptions } from "../../src/watch/watch-cluster.ts";
import type { World } from "../fakes/world.ts";
import { SteppedClock } from "./stepped-clock.ts";

/** How often the tests' watches poll AWS. */
export const POLL_MS = 60_000;

/** What is asked of an audit without flags. */
export const ASKED: Asked = {
  severity: "low",
  rules: [],
  namespaces: [],
  unusedDays: 90,
  suppressions: [],
  baseline: new Set(),
  places: new Map(),
};

/** A watch of a world in memory. */
export interface Watching {
  readonly clock: SteppedClock;
  readonly rounds: readonly Round[];
  readonly state: () => WatchState;
  /** The events since it was last called, as short texts. */
  readonly events: () => readonly string[];
  /** Changes the world, tells the watches, and lets time pass: by default less than a poll. */
  readonly change: (act: () => void, milliseconds?: number) => Promise<readonly string[]>;
  readonly stop: () => Promise<void>;
}

/** Begins to watch. */
export async function watching(
  world: World,
  more: Pick<WatchOptions, "withQuotas" | "onStart"> = {},
): Promise<Watching> {
  const clock = new SteppedClock();
  const rounds: Round[] = [];
  const controller = new AbortController();
  const { aws, kubernetes, watches, cluster } = world;
  const run = watchCluster(
    { aws, kubernetes, watches, cluster, clusterFlags: [] },
    {
      asked: ASKED,
      namespaces: [],
      pollMs: POLL_MS,
      patienceMs: 0,
      clock,
      signal: controller.signal,
      onRound: (round) => void rounds.push(round),
      ...more,
    },
  );
  await Promise.race([run, clock.advance(1_000)]);
  let told = 0;
  const events = (): readonly string[] => {
    const fresh = rounds.slice(told).flatMap((round) => round.events);
    told = rounds.length;
    return fresh.map(eventText);
  };
  return {
    clock,
    rounds,
    state: () => {
      const last = rounds.at(-1);
      if (last === undefined) throw new Error("nothing was evaluated yet");
      return last.state;
    },
    events,
    change: async (act, milliseconds = 2_000) => {
      act();
      await watches.deliver();
      await clock.advance(milliseconds);
      return events();
    },
    stop: async () => {
      controller.abort();
      await clock.advance(1_000);
      await run;
    },
  };
}

function eventText(event: WatchEvent): string {
  switch (event.event) {
    case "chainChanged": {
      const { serviceAccount, from, to } = event;
      return `${serviceAccount}: ${from?.verdict ?? "none"} -> ${to?.code ?? to?.verdict ?? "none"}`;
    }
    case "sourceLost":
    case "sourceRestored":
      return `${event.event} ${event.source}`;
    case "findingAppeared":
    case "findingChanged":
    case "findingResolved":
      return `${event.event} ${event.finding.rule}`;
  }
}
