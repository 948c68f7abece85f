import { describe, expect, it } from "vitest";
import { TAG } from "../../src/model/ownership-tags.ts";
import { serviceAccountPath } from "../../src/model/service-account-ref.ts";
import { changesOf } from "../../src/service-account/fleet/plan.ts";
import { preparePrune } from "../../src/service-account/fleet/prune.ts";
import { aDesire, aServiceAccount, CLOUDWATCH, managed, ownRole } from "../fakes/values.ts";
import { applyTo, bringAbout, stopOf, textOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const desire = (path: string, set?: string) =>
  aDesire({
    serviceAccount: aServiceAccount(path),
    role: managed({ exclusivePolicies: true, ...(set !== undefined && { set }) }),
  });

/** Ten ServiceAccounts of the set `payments`, one of another set, and one of none. */
async function aFleet(): Promise<World> {
  const world = aWorld().withProvider();
  for (let at = 0; at < 10; at++) await bringAbout(world, desire(`pay/a${at}`, "payments"));
  await bringAbout(world, desire("search/b", "search"));
  await bringAbout(world, desire("plain/c"));
  return world;
}

const stay = (from: number) =>
  Array.from({ length: 10 - from }, (_, at) => aServiceAccount(`pay/a${at + from}`));
const prune = (world: World, from: number, most?: number) =>
  preparePrune({ set: "payments", stay: stay(from), most, clusterFlags: [] }, world.cluster, {
    iam: world.aws.iam,
    eks: world.aws.eks,
    kubernetes: world.kubernetes,
  });

describe("pruning a set", () => {
  it("removes what the files do not name any more, and then there is nothing to prune", async () => {
    const world = await aFleet();
    const rows = await prune(world, 2);
    expect(rows.map(({ serviceAccount, state }) => [serviceAccountPath(serviceAccount), state])).toEqual([
      ["pay/a0", "pruned"],
      ["pay/a1", "pruned"],
    ]);
    const steps = await applyTo(world, rows.flatMap(changesOf));
    expect(steps.filter(({ state }) => state === "failed" || state === "skipped")).toEqual([]);
    expect(world.iam.roles.size).toBe(10);
    expect([...world.api.serviceAccounts.keys()].filter((path) => path.startsWith("pay/a"))).toHaveLength(8);
    expect(await prune(world, 2)).toEqual([]);
  });

  it("touches no other set, and nothing without one", async () => {
    const world = await aFleet();
    const before = JSON.stringify(
      [...world.iam.roles.values()].filter(({ role }) => !role.name.includes("-pay-")),
    );
    await applyTo(world, (await prune(world, 1)).flatMap(changesOf));
    expect(
      JSON.stringify([...world.iam.roles.values()].filter(({ role }) => !role.name.includes("-pay-"))),
    ).toBe(before);
  });

  it("never takes what irsa adopted, nor a forged mark of another cluster", async () => {
    const world = await aFleet();
    const [first] = world.iam.roles.values();
    const tags = { ...first?.role.tags, [TAG.serviceAccount]: "x" };
    world.withRole(
      ownRole("adopted"),
      { tags: { ...tags, [TAG.origin]: "adopted" } },
      { attached: [CLOUDWATCH] },
    );
    world.withRole(ownRole("elsewhere"), {
      tags: { ...tags, [TAG.clusterArn]: "arn:aws:eks:eu-west-1:111122223333:cluster/other" },
      trust: first?.role.trust ?? { Statement: [] },
    });
    expect(await prune(world, 0)).toEqual([]);
  });

  it("refuses above a fifth of the set, and names the flag", async () => {
    const world = await aFleet();
    const stop = await stopOf(prune(world, 3));
    expect(stop).toMatchObject({ kind: "refused", code: "prune-most" });
    expect(textOf(stop)).toContain("--prune-max 3");
    expect(await prune(world, 3, 3)).toHaveLength(3);
    expect(await stopOf(prune(world, 4, 3))).toMatchObject({ code: "prune-most" });
  });

  it("refuses where the files name nothing, and where a role can't be read", async () => {
    const world = await aFleet();
    expect(await stopOf(prune(world, 10, 100))).toMatchObject({ code: "prune-empty" });
    world.log.deny("iam.listRoles");
    expect(await stopOf(prune(world, 1))).toMatchObject({ kind: "denied", code: "prune-unknown" });
    world.log.clear();
    world.log.fail("iam.getRole");
    expect(await stopOf(prune(world, 1))).toMatchObject({ code: "prune-unknown" });
  });
});
