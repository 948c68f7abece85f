import { expect, it } from "vitest";
import { healthOf } from "../../src/metrics/health.ts";
import { aShop } from "../verification/healthy.ts";
import { POLL_MS, watching } from "../watch/watching.ts";

it("is ready once everything could be read at a time, and stays so", async () => {
  const world = aShop();
  world.log.lose("iam.");
  const { rounds, change, clock, stop } = await watching(world);
  const health = healthOf(clock.now, POLL_MS);
  let told = 0;
  const tell = (): void => rounds.slice(told).forEach((round) => (health.noteRound(round), (told += 1)));
  expect(health.notReady()).toBe("the first snapshot is being read");
  tell();
  expect(health.notReady()).toMatch(/^can't be read: .*iam/);
  await change(() => world.log.restore("iam."), 2 * POLL_MS);
  tell();
  expect(health.notReady()).toBeUndefined();
  await change(() => world.log.lose("iam."), 2 * POLL_MS);
  tell();
  expect(health.notReady()).toBeUndefined();
  await stop();
});

it("is stalled after half an hour and two polls without an evaluation", () => {
  let now = 0;
  const health = healthOf(() => now, POLL_MS);
  now = 32 * 60_000;
  expect(health.stalled()).toBeUndefined();
  now += 1;
  expect(health.stalled()).toBe("nothing was evaluated for 1920 s");
});
