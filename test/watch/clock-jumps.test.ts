import { describe, expect, it } from "vitest";
import { asOf } from "../../src/watch/source-health.ts";
import { aShop, CART } from "../verification/healthy.ts";
import { POLL_MS, watching } from "./watching.ts";

const DAY_MS = 86_400_000;

describe.each([
  ["set back by a day", -DAY_MS],
  ["set back by less than a poll", -POLL_MS / 2],
  ["set on by a day", DAY_MS],
])("a clock that is %s", (_what, milliseconds) => {
  it("tells nothing false, and puts off no poll", async () => {
    const world = aShop();
    const watch = await watching(world);
    await watch.clock.advance(POLL_MS / 4);
    world.log.clear();
    watch.clock.jump(milliseconds);
    expect(await watch.change(() => undefined, 3 * POLL_MS)).toEqual([]);
    const polls = world.log.calls.filter(({ name }) => name === "iam.listRolesInFull");
    expect(polls.length).toBeGreaterThanOrEqual(2);
    expect(polls.length).toBeLessThanOrEqual(4);
    const { aws = 0 } = asOf(watch.state().sources);
    expect(watch.clock.now() - aws).toBeGreaterThanOrEqual(0);
    expect(watch.clock.now() - aws).toBeLessThanOrEqual(POLL_MS + 2_000);
    // What changes in AWS is told as soon as ever.
    const told = await watch.change(() => world.iam.roles.clear(), POLL_MS + 2_000);
    expect(told).toContain(`${CART}: works -> role-missing`);
    await watch.stop();
  });

  it("has tokens exchanged again within an hour", async () => {
    const world = aShop();
    const watch = await watching(world);
    await watch.clock.advance(POLL_MS);
    watch.clock.jump(milliseconds);
    world.log.clear();
    await watch.clock.advance(3_600_000 + 2 * POLL_MS);
    expect(world.log.calls.filter(({ name }) => name === "sts.assumeWithToken").length).toBeGreaterThan(0);
    const provedAt = watch.state().chains.get(CART)?.provedAt ?? 0;
    expect(watch.clock.now() - provedAt).toBeGreaterThanOrEqual(0);
    expect(watch.clock.now() - provedAt).toBeLessThanOrEqual(3_600_000 + 2 * POLL_MS);
    expect(watch.events()).toEqual([]);
    await watch.stop();
  });
});
