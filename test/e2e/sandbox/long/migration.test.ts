import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FLEET, startFleet, type Fleet } from "../../migration/fleet.ts";
import { watchedFleet, type WatchedFleet } from "../../migration/run.ts";

/** There and back, in the order in which an operator goes, each with how far the pods are then: 0 for before, 1 for there, 2 for back. */
const STAGES = [
  ["", 0],
  ["--restart", 1],
  ["--finish", 1],
  ["--back", 1],
  ["--back --restart", 2],
  ["--back --finish", 2],
] as const;
/** More runs than any stage has writes. */
const MOST_RUNS = 25;
const TIMEOUT = 1_800_000;

let fleet: Fleet;
let watched: WatchedFleet;
let kills = 0;

beforeAll(async () => {
  fleet = await startFleet();
  watched = watchedFleet(fleet);
}, TIMEOUT);
afterAll(async () => {
  await watched?.stop();
  process.stderr.write(`migrations killed at a write: ${kills}\n`);
});

/** Runs a stage again and again, each killed after its first write, until one has nothing left to write. */
async function untilDone(stage: string): Promise<readonly string[]> {
  const writes: string[] = [];
  for (let run = 1; run <= MOST_RUNS; run += 1) {
    const ended = await watched.migrateUntilKilled(stage);
    expect(ended.stranded).toEqual([]);
    if (ended.writes.length === 0) return writes;
    expect(ended.writes).toHaveLength(1);
    kills += 1;
    writes.push(...ended.writes);
  }
  throw new Error(`${MOST_RUNS} runs were not enough: ${writes.join(", ")}`);
}

describe("a mixed fleet, of which every migration is killed at its first write", () => {
  test("begins with a role for everyone", async () => {
    expect(await watched.watch.stranded("all")).toEqual([]);
  });

  test.each(STAGES)(
    "migrate-pod-identity --all %s: the same command finishes it, and nobody is ever without the role",
    async (stage, at) => {
      const writes = await untilDone(stage);
      expect(writes.length).toBeGreaterThan(1);
      expect(await watched.watch.stranded("all")).toEqual([]);
      expect([...watched.watch.onKept()]).toEqual([]);
      const withPods = FLEET.filter(({ workload }) => workload !== "none");
      expect(await watched.watch.ways()).toEqual(
        Object.fromEntries(
          withPods.map(({ path, ways }) => [path, typeof ways === "string" ? ways : ways[at]]),
        ),
      );
    },
    TIMEOUT,
  );
});
