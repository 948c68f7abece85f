import { describe, expect, it } from "vitest";
import { shownChange } from "../../src/model/change-facts.ts";
import { ROLE_SETTINGS, SETTING_NAMES } from "../../src/model/role-settings.ts";
import type { Change } from "../../src/model/change.ts";
import type { ManagedRole } from "../../src/service-account/create/desired.ts";
import { aDesire, managed, ownPolicy, S3_READ } from "../fakes/values.ts";
import { bringAbout, changeOf, kindsOf, planIn, updateIn, applyAll } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const settled = async (role: Partial<ManagedRole> = {}): Promise<World> => {
  const world = aWorld().withProvider();
  await bringAbout(world, aDesire({ role: managed(role) }));
  return world;
};
const roleIn = (world: World) => world.iam.roles.get(world.roleOf(aDesire()).split("/").at(-1) ?? "")?.role;
const shown = (change: Change) => shownChange(change).attributes;

it("every setting has a flag of its own", () => {
  const flags = SETTING_NAMES.map((name) => ROLE_SETTINGS[name].flag);
  expect(new Set(flags).size).toBe(flags.length);
});

describe("a role's description", () => {
  it("is told by a plan in text, be it asked for or not", async () => {
    const world = aWorld().withProvider();
    const plain = await planIn(world, aDesire());
    const told = "IRSA role of amazon-cloudwatch/cloudwatch-agent in eks-work-cluster";
    expect(shown(changeOf(plain, "create-role"))).toContainEqual(["+", "description", `"${told}"`]);
    const asked = await planIn(world, aDesire({ role: managed({ description: "reads" }) }));
    expect(shown(changeOf(asked, "create-role"))).toContainEqual(["+", "description", '"reads"']);
  });

  it("is set by what creates the role, and stays where it is not asked for", async () => {
    const world = await settled({ description: "reads" });
    expect(roleIn(world)).toMatchObject({ description: "reads" });
    expect((await planIn(world, aDesire())).changes).toEqual([]);
    expect((await planIn(world, aDesire({ role: managed({ description: "reads" }) }))).changes).toEqual([]);
  });

  it.each([
    ["another", "writes", '"reads" → "writes"', "~"],
    ["none", "", '"reads"', "-"],
  ])("is changed to %s by create-sa and by update-sa alike", async (_what, description, text, sign) => {
    for (const plan of [
      async (world: World) => planIn(world, aDesire({ role: managed({ description }) })),
      async (world: World) => updateIn(world, { description }),
    ]) {
      const world = await settled({ description: "reads" });
      const { changes } = await plan(world);
      expect(changes.map(shown)).toEqual([[[sign, "description", text]]]);
      await applyAll(world, changes);
      expect(roleIn(world)?.description ?? "").toBe(description);
      expect((await plan(world)).changes).toEqual([]);
    }
  });

  it("leaves the session duration, which UpdateRole would reset; and the other way round", async () => {
    const world = await settled({ description: "reads", maxSessionSeconds: 7200 });
    await applyAll(world, (await updateIn(world, { description: "writes" })).changes);
    expect(roleIn(world)).toMatchObject({ description: "writes", maxSessionSeconds: 7200 });
    await applyAll(world, (await updateIn(world, { maxSessionSeconds: 10_800 })).changes);
    expect(roleIn(world)).toMatchObject({ description: "writes", maxSessionSeconds: 10_800 });
  });

  it("that somebody else changes meanwhile is not written over", async () => {
    const world = await settled({ description: "reads", maxSessionSeconds: 7200 });
    const { changes } = await updateIn(world, { maxSessionSeconds: 10_800 });
    world.editRole(world.roleOf(aDesire()), ({ role }) => ({ role: { ...role, description: "theirs" } }));
    await expect(applyAll(world, changes)).rejects.toThrow(/has changed since the plan was made/);
    expect(roleIn(world)).toMatchObject({ description: "theirs", maxSessionSeconds: 7200 });
  });
});

it("a role that is full loses what an exact ask does not name before it gets what it names", async () => {
  const old = Array.from({ length: 10 }, (_, at) => ownPolicy(`old-${at}`));
  const world = [...old, S3_READ].reduce((one, policy) => one.withPolicy(policy), aWorld().withProvider());
  await bringAbout(world, aDesire({ role: managed({ policies: old }) }));
  const exact = aDesire({ role: managed({ policies: [S3_READ, ...old.slice(1)], exclusivePolicies: true }) });
  const plan = await planIn(world, exact);
  expect(kindsOf(plan)).toEqual(["edit-role", "detach-policy", "attach-policy", "edit-role"]);
  await bringAbout(world, exact);
  expect((await planIn(world, exact)).changes).toEqual([]);
});
