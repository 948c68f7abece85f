import { describe, expect, it } from "vitest";
import { clusterOwnershipTags } from "../../src/model/ownership-tags.ts";
import {
  observeAgentRemoval,
  planAgentRemoval,
  type DesiredAgentRemoval,
} from "../../src/pod-identity-agent/plan-removal.ts";
import type { Addon } from "../../src/model/addon.ts";
import { anAddon } from "../fakes/addons.ts";
import { aCluster, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

const OURS = clusterOwnershipTags(aCluster());
const ASKED: DesiredAgentRemoval = { force: false, foreign: false };

function worldWith(changes: Partial<Addon> = {}): World {
  const world = aWorld();
  const addon = anAddon({ tags: OURS, ...changes });
  world.addons.set(addon.name, addon);
  return world;
}

const inUse = (changes: Partial<Addon> = {}): World =>
  worldWith(changes)
    .withAssociation("shop/cart", ownRole("cart"))
    .withAssociation("shop/till", ownRole("till"));

async function plan(world: World, desired = ASKED) {
  return planAgentRemoval(desired, await observeAgentRemoval(world.cluster, world.aws.eks, !desired.force));
}

function withoutLists(world: World): World {
  world.log.deny("eks.listPodIdentityAssociations");
  return world;
}

describe("the removal of the agent", () => {
  it("deletes the add-on that irsa installed, where nobody needs it", async () => {
    expect(await plan(worldWith())).toMatchObject({ changes: [{ kind: "delete-addon" }], notes: [] });
  });

  it.each([
    ["there is none", aWorld()],
    ["EKS is deleting it", worldWith({ status: "DELETING" })],
  ])("does nothing where %s", async (_, world) => {
    expect(await plan(world)).toEqual({ changes: [], notes: [] });
  });

  it("refuses while ServiceAccounts have associations, and names them", async () => {
    await expect(plan(inUse())).rejects.toMatchObject({
      kind: "refused",
      code: "agent-in-use",
      detail: { facts: [["associated", "shop/cart, shop/till"]] },
    });
  });

  it("deletes it then with --force, and says who loses access", async () => {
    expect(await plan(inUse(), { ...ASKED, force: true })).toMatchObject({
      changes: [{ kind: "delete-addon" }],
      notes: [{ code: "loses-agent", message: expect.stringContaining("shop/cart, shop/till") as string }],
    });
  });

  it.each([
    ["without tags", {}],
    [
      "with the tags of another cluster",
      { ...OURS, "irsa/cluster-arn": "arn:aws:eks:eu-west-1:111122223333:cluster/other" },
    ],
  ])("refuses somebody else's: one %s, even with --force", async (_, tags) => {
    await expect(plan(worldWith({ tags }), { ...ASKED, force: true })).rejects.toMatchObject({
      code: "foreign-addon",
    });
    expect(await plan(worldWith({ tags }), { ...ASKED, foreign: true })).toMatchObject({
      changes: [{ kind: "delete-addon" }],
    });
  });

  it("takes associations that can't be listed for unknown, not for none", async () => {
    await expect(plan(withoutLists(worldWith()))).rejects.toMatchObject({ code: "access-denied" });
    expect(await plan(withoutLists(worldWith()), { ...ASKED, force: true })).toMatchObject({
      changes: [{ kind: "delete-addon" }],
      notes: [{ code: "associations-unknown" }],
    });
  });
});
