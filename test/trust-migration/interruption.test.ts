import { describe, expect, it } from "vitest";
import { roleMarks } from "../../src/model/marks.ts";
import { aMove, moveIn, OLD_CLUSTER } from "../fakes/moves.ts";
import { anAccount, ownRole } from "../fakes/values.ts";
import { applyAll, applyTo } from "../fakes/walk.ts";
import { WEATHER } from "../fakes/weather.ts";
import { aWorld, World } from "../fakes/world.ts";

const blue = new World(OLD_CLUSTER);
const CART = anAccount("shop/cart");

function before(): World {
  return aWorld()
    .withRole(blue.roleOf({ account: CART }), {
      trust: blue.trustOf({ account: CART }),
      tags: roleMarks(OLD_CLUSTER, CART, "created", []),
    })
    .withRole(ownRole("theirs"), { trust: blue.trustOf({ account: anAccount("shop/till") }) })
    .withRole(ownRole("bystander"), { trust: aWorld().trustOf({ account: CART }) });
}

const plan = async (world: World, way: "beside" | "replace") =>
  (await moveIn(world, aMove(world, way), { associate: true })).changes;

describe.each([
  ["beside", 3],
  ["replace", 4],
] as const)("a move %s", (way, writes) => {
  it.each(WEATHER)("whichever call %s, the same command again finishes it", async (_what, disturb) => {
    const whole = before();
    await applyAll(whole, await plan(whole, way));
    const { calls } = whole.log;
    expect(whole.log.writes).toHaveLength(writes);
    for (const [index, { name }] of calls.entries()) {
      const world = before();
      disturb(world, index + 1);
      await plan(world, way).then(
        (changes) => applyTo(world, changes),
        () => undefined,
      );
      world.log.clear();
      await applyAll(world, await plan(world, way));
      expect(world.snapshot(), `disturbed at call ${index + 1}, ${name}`).toEqual(whole.snapshot());
      expect(await plan(world, way)).toEqual([]);
    }
  });
});
