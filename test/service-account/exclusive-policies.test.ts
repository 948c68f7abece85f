import { describe, expect, it } from "vitest";
import { roleRef } from "../../src/model/arn.ts";
import { TAG } from "../../src/model/ownership-tags.ts";
import { aDesire, CLOUDWATCH, INLINE, managed, S3_READ } from "../fakes/values.ts";
import { applyTo, bringAbout, kindsOf, planIn, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const wanted = (changes: Parameters<typeof managed>[0] = {}) =>
  aDesire({ role: managed({ exclusivePolicies: true, ...changes }) });

/** A world in which the ServiceAccount has a role with both policies and an inline one, all from a file. */
async function aFullWorld(): Promise<World> {
  const world = aWorld().withProvider();
  await bringAbout(world, wanted({ policies: [CLOUDWATCH, S3_READ], inline: INLINE }));
  return world;
}

describe("an exact ask", () => {
  it("takes back what irsa attached and is not asked for any more, the mark last", async () => {
    const world = await aFullWorld();
    const plan = await planIn(world, wanted({ policies: [CLOUDWATCH], inline: INLINE }));
    expect(kindsOf(plan)).toEqual(["detach-policy", "edit-role"]);
    await applyTo(world, plan.changes);
    const [found] = world.iam.roles.values();
    expect(found?.attached).toEqual([CLOUDWATCH]);
    expect((await planIn(world, wanted({ policies: [CLOUDWATCH], inline: INLINE }))).changes).toEqual([]);
  });

  it("gives before it takes, with the ownership tags before the one and after the other", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, wanted({ policies: [CLOUDWATCH] }));
    const plan = await planIn(world, wanted({ policies: [S3_READ] }));
    expect(kindsOf(plan)).toEqual(["edit-role", "attach-policy", "detach-policy", "edit-role"]);
    const steps = await applyTo(world, plan.changes);
    expect(steps.filter(({ state }) => state === "failed")).toEqual([]);
    expect((await planIn(world, wanted({ policies: [S3_READ] }))).changes).toEqual([]);
  });

  it("deletes the inline policy that is not asked for any more", async () => {
    const world = await aFullWorld();
    const plan = await planIn(world, wanted({ policies: [CLOUDWATCH, S3_READ] }));
    expect(kindsOf(plan)).toEqual(["delete-inline-policy"]);
  });

  it("leaves what others attached, and says so", async () => {
    const world = aWorld().withProvider();
    const { role } = await bringAbout(world, wanted({ policies: [CLOUDWATCH] }));
    await world.aws.iam.attachPolicy(roleRef(role).name, S3_READ);
    const plan = await planIn(world, wanted({ policies: [CLOUDWATCH] }));
    expect(plan.changes).toEqual([]);
    expect(plan.notes.map(({ code }) => code)).toEqual(["attached-beyond"]);
  });

  it("cuts a mark whose attachment is gone already", async () => {
    const world = await aFullWorld();
    const [found] = world.iam.roles.values();
    const name = found?.role.name ?? "";
    world.iam.roles.set(name.toLowerCase(), { ...found, attached: [CLOUDWATCH] } as never);
    const plan = await planIn(world, wanted({ policies: [CLOUDWATCH], inline: INLINE }));
    expect(kindsOf(plan)).toEqual(["edit-role"]);
  });

  it("is the file's alone: create-sa takes nothing", async () => {
    const world = await aFullWorld();
    expect((await planIn(world, aDesire({ role: managed({ policies: [CLOUDWATCH] }) }))).changes).toEqual([]);
  });
});

describe("a set", () => {
  it("stamps the role that is made, and one that irsa made before", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    const plan = await planIn(world, wanted({ set: "payments" }));
    expect(plan.changes).toMatchObject([{ kind: "edit-role", setTags: { [TAG.set]: "payments" } }]);
    await applyTo(world, plan.changes);
    expect((await planIn(world, wanted({ set: "payments" }))).changes).toEqual([]);
    expect((await planIn(world, wanted())).changes).toEqual([]);
  });

  it("stops at a role of another", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, wanted({ set: "search" }));
    expect(await stopOf(planIn(world, wanted({ set: "payments" })))).toMatchObject({ code: "other-set" });
  });
});
