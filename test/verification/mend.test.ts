import { describe, expect, it } from "vitest";
import { mendsOf } from "../../src/verification/mend.ts";
import { planMends } from "../../src/commands/verify/fix.ts";
import { anAccount } from "../fakes/values.ts";
import type { World } from "../fakes/world.ts";
import { aShop, annotate, CART, chainOf, ourShop, ROLE, ROLE_KEY } from "./healthy.ts";

const CART_REF = anAccount(CART);

function refuse(world: World, role = ROLE): World {
  world.editRole(role, (found) => ({
    role: { ...found.role, trust: world.trustOf({ account: anAccount("a/b") }) },
  }));
  return world;
}

function withoutProvider(world: World): World {
  world.iam.providers.clear();
  return world;
}

function renamed(world: World, change: (world: World) => void): World {
  change(world);
  return world;
}

describe("what is irsa's to mend", () => {
  const ours = { kind: "account", account: CART_REF };
  const provider = { kind: "provider", audience: "sts.amazonaws.com" };

  it.each([
    ["nothing of what works", ourShop(), []],
    ["the provider, whoever's the role is", withoutProvider(aShop()), [provider]],
    [
      "a kept role that refuses its account",
      refuse(ourShop(), ourShop().roleOf({ account: CART_REF })),
      [ours],
    ],
    ["no role that an annotation alone names", refuse(aShop()), []],
    [
      "no role whose marks name another account",
      renamed(refuse(aShop()), (world) =>
        world.editRole(ROLE, ({ role }) => ({
          role: { ...role, tags: world.marksOf({ account: anAccount("shop/till") }) },
        })),
      ),
      [],
    ],
    [
      "an account whose annotation is gone, with its provider",
      renamed(withoutProvider(ourShop()), (world) => annotate(world, { [ROLE_KEY]: undefined })),
      [provider, ours],
    ],
    ["no pods, and nothing of a webhook", renamed(ourShop(), (world) => (world.api.webhook = undefined)), []],
  ] as const)("%s", async (_name, world, mends) => {
    expect(mendsOf(await chainOf(world))).toMatchObject(mends);
    expect(mendsOf(await chainOf(world))).toHaveLength(mends.length);
  });
});

it("what Helm keeps is left as it is, and the plan says so", async () => {
  const world = ourShop();
  annotate(world, { [ROLE_KEY]: undefined, "meta.helm.sh/release-name": "cart" });
  const { aws, kubernetes, cluster } = world;
  const plan = await planMends(mendsOf(await chainOf(world)), { aws, kubernetes, cluster, reach: [] });
  expect(plan.changes).toEqual([]);
  expect(plan.notes).toMatchObject([{ level: "warning", code: "not-mended" }]);
  expect(plan.notes[0]?.message).toContain("Helm");
});

it("no mend makes a role", async () => {
  const world = aShop();
  annotate(world, { [ROLE_KEY]: undefined });
  expect(mendsOf(await chainOf(world))).toEqual([]);
});

it("a plan for a role that is in order remarks nothing on its policies", async () => {
  const world = ourShop();
  annotate(world, { [ROLE_KEY]: undefined });
  const { aws, kubernetes, cluster } = world;
  const plan = await planMends(mendsOf(await chainOf(world)), { aws, kubernetes, cluster, reach: [] });
  expect(world.iam.roles.values().next().value?.attached).not.toEqual([]);
  expect(plan).toMatchObject({ changes: [{ kind: "edit-account" }], notes: [] });
});
