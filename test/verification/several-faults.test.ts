import { expect, it } from "vitest";
import { firstBroken } from "../../src/verification/chain.ts";
import type { World } from "../fakes/world.ts";
import { aServiceAccount } from "../fakes/values.ts";
import { applyFix } from "./apply-fix.ts";
import { POD_WORLDS, WEBHOOK_WORLDS } from "./broken-worlds/pods.ts";
import { PROVIDER_WORLDS } from "./broken-worlds/provider.ts";
import { ROLE_WORLDS } from "./broken-worlds/role.ts";
import { SERVICE_ACCOUNT_WORLDS } from "./broken-worlds/service-account.ts";
import { TRUST_WORLDS } from "./broken-worlds/trust-policy.ts";
import type { BrokenWorld } from "./broken-worlds/broken-world.ts";
import { aShop, annotate, CART, ourShop, ROLE_KEY, verified } from "./healthy.ts";

/** One world of each link that a command fixes, so that any of them may come together. */
const ONE_OF_EACH = [
  PROVIDER_WORLDS,
  SERVICE_ACCOUNT_WORLDS,
  ROLE_WORLDS,
  TRUST_WORLDS,
  WEBHOOK_WORLDS,
  POD_WORLDS,
].map(mendable);

function mendable(worlds: readonly BrokenWorld[]): BrokenWorld {
  const found = worlds.find(({ finds, subject }) => finds.fix === "command" && subject === undefined);
  if (found === undefined) throw new Error("no world that a command mends");
  return found;
}

/** Fixes what is reported first until nothing is, and returns what was reported. */
async function mendAll(world: World): Promise<string[]> {
  const named: string[] = [];
  for (let broken = firstBroken(await verified(world)); broken; broken = firstBroken(await verified(world))) {
    named.push(broken.link);
    if (broken.fix.kind !== "command" || named.length > 9) throw new Error(`not mended: ${named.join(", ")}`);
    await applyFix(world, broken.fix.command);
  }
  return named;
}

const PAIRS = ONE_OF_EACH.flatMap((one, at) =>
  ONE_OF_EACH.slice(at + 1).map((other) => [one, other] as const),
);

it.each(PAIRS)("two faults: $finds.row and another", async (one, other) => {
  const world = aShop();
  // The annotation is written last: what breaks the role's path and what breaks the key would undo each other.
  for (const { breaks } of [other, one]) breaks(world);
  const named = await mendAll(world);
  expect(named[0]).toBe(one.finds.link);
  expect(await verified(world)).toMatchObject({ verdict: "works" });
});

it("no provider and an empty audience: the default audience is registered, and the annotation removed", async () => {
  const world = aShop();
  world.iam.providers.clear();
  annotate(world, { "eks.amazonaws.com/audience": "" });
  expect(await mendAll(world)).toEqual(["provider", "service-account"]);
  expect([...world.iam.providers.values()].map(({ clientIds }) => clientIds)).toEqual([
    ["sts.amazonaws.com"],
  ]);
  expect(await verified(world)).toMatchObject({ verdict: "works" });
});

it("three faults of what irsa keeps: the first is named, and one --fix fixes all", async () => {
  const world = ourShop();
  world.iam.providers.clear();
  annotate(world, { [ROLE_KEY]: undefined });
  const role = world.roleOf({ serviceAccount: aServiceAccount(CART) });
  world.editRole(role, (found) => ({
    role: {
      ...found.role,
      trust: world.trustOf({ serviceAccount: aServiceAccount(CART), audience: "before" }),
    },
  }));
  expect(firstBroken(await verified(world))).toMatchObject({ link: "provider", row: "A1" });
  await applyFix(world, ["irsa", "verify", "shop/cart", "--fix", "--approve"]);
  expect(await verified(world)).toMatchObject({ verdict: "works" });
  expect(world.iam.roles.size).toBe(1);
});

it("three faults of three owners: fixed one after the other", async () => {
  const world = aShop();
  for (const group of [WEBHOOK_WORLDS, TRUST_WORLDS, PROVIDER_WORLDS]) mendable(group).breaks(world);
  expect(await mendAll(world)).toEqual(["provider", "trust-policy", "webhook"]);
  expect(await verified(world)).toMatchObject({ verdict: "works" });
});
