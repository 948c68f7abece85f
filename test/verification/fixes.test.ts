import { describe, expect, it } from "vitest";
import { repairsOf } from "../../src/verification/repairs.ts";
import { prepareRepairs } from "../../src/commands/verify/prepare-repairs.ts";
import { aServiceAccount } from "../fakes/values.ts";
import type { World } from "../fakes/world.ts";
import { aShop, annotate, CART, chainOf, ourShop, ROLE, ROLE_KEY } from "./healthy.ts";

const CART_REF = aServiceAccount(CART);

function refuse(world: World, role = ROLE): World {
  world.editRole(role, (found) => ({
    role: { ...found.role, trust: world.trustOf({ serviceAccount: aServiceAccount("a/b") }) },
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

describe("what is irsa's to fix", () => {
  const ours = { kind: "service-account", serviceAccount: CART_REF };
  const provider = { kind: "provider", audience: "sts.amazonaws.com" };

  it.each([
    ["nothing of what works", ourShop(), []],
    ["the provider, whoever's the role is", withoutProvider(aShop()), [provider]],
    [
      "a kept role that refuses its ServiceAccount",
      refuse(ourShop(), ourShop().roleOf({ serviceAccount: CART_REF })),
      [ours],
    ],
    ["no role that an annotation alone names", refuse(aShop()), []],
    [
      "no role whose marks name another ServiceAccount",
      renamed(refuse(aShop()), (world) =>
        world.editRole(ROLE, ({ role }) => ({
          role: { ...role, tags: world.ownershipTagsOf({ serviceAccount: aServiceAccount("shop/till") }) },
        })),
      ),
      [],
    ],
    [
      "a ServiceAccount whose annotation is gone, with its provider",
      renamed(withoutProvider(ourShop()), (world) => annotate(world, { [ROLE_KEY]: undefined })),
      [provider, ours],
    ],
    ["no pods, and nothing of a webhook", renamed(ourShop(), (world) => (world.api.webhook = undefined)), []],
  ] as const)("%s", async (_name, world, fixes) => {
    expect(repairsOf(await chainOf(world))).toMatchObject(fixes);
    expect(repairsOf(await chainOf(world))).toHaveLength(fixes.length);
  });
});

it("what Helm keeps is left as it is, and the plan says so", async () => {
  const world = ourShop();
  annotate(world, { [ROLE_KEY]: undefined, "meta.helm.sh/release-name": "cart" });
  const { aws, kubernetes, cluster } = world;
  const plan = await prepareRepairs(repairsOf(await chainOf(world)), {
    aws,
    kubernetes,
    cluster,
    clusterFlags: [],
  });
  expect(plan.changes).toEqual([]);
  expect(plan.notes).toMatchObject([{ level: "warning", code: "not-fixed" }]);
  expect(plan.notes[0]?.message).toContain("Helm");
});

it("no fix makes a role", async () => {
  const world = aShop();
  annotate(world, { [ROLE_KEY]: undefined });
  expect(repairsOf(await chainOf(world))).toEqual([]);
});

it("a plan for a role that is in order remarks nothing on its policies", async () => {
  const world = ourShop();
  annotate(world, { [ROLE_KEY]: undefined });
  const { aws, kubernetes, cluster } = world;
  const plan = await prepareRepairs(repairsOf(await chainOf(world)), {
    aws,
    kubernetes,
    cluster,
    clusterFlags: [],
  });
  expect(world.iam.roles.values().next().value?.attached).not.toEqual([]);
  expect(plan).toMatchObject({ changes: [{ kind: "edit-service-account" }], notes: [] });
});
