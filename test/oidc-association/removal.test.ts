import { describe, expect, it } from "vitest";
import type { IamPort } from "../../src/aws/port.ts";
import type { DesiredRemoval } from "../../src/oidc-association/plan-removal.ts";
import { observeRemoval } from "../../src/oidc-association/observe-removal.ts";
import { planProviderRemoval } from "../../src/oidc-association/plan-removal.ts";
import { clusterOwnershipTags } from "../../src/model/ownership-tags.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { aDesire, ownRole } from "../fakes/values.ts";
import { applyTo, bringAbout, stopOf, textOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const PLAIN: DesiredRemoval = { force: false, foreign: false };

async function planIn(world: World, desired: DesiredRemoval = PLAIN, iam: IamPort = world.aws.iam) {
  const observed = await observeRemoval(iam, world.cluster, !desired.force);
  return planProviderRemoval(desired, observed);
}

/** A world with a provider of ours. */
function associated(): World {
  const world = aWorld();
  return world.withProvider({ tags: clusterOwnershipTags(world.cluster) });
}

describe("disassociating", () => {
  it("deletes the provider that nobody trusts, and has nothing to do after that", async () => {
    const world = associated().withRole(ownRole("bystander"));
    const plan = await planIn(world);
    expect(plan).toMatchObject({ changes: [{ kind: "delete-provider" }], notes: [] });
    await applyTo(world, plan.changes);
    expect(world.iam.providers.size).toBe(0);
    expect(await planIn(world)).toEqual({ changes: [], notes: [] });
  });

  it("refuses while roles trust it, and names each", async () => {
    const world = associated();
    const { role } = await bringAbout(world, aDesire());
    const stop = await stopOf(planIn(world));
    expect(stop).toMatchObject({ kind: "refused", code: "provider-in-use" });
    expect(textOf(stop)).toContain(role);
  });

  it("takes a role whose trust policy can't be read for one that trusts it", async () => {
    const world = associated().withRole(ownRole("odd"));
    const { iam } = world.aws;
    const listRoles = async () => (await iam.listRoles()).map((role) => ({ ...role, trust: undefined }));
    expect(textOf(await stopOf(planIn(world, PLAIN, { ...iam, listRoles })))).toContain(
      "role/odd (unknown: its trust policy can't be read)",
    );
  });

  it("stops where the roles can't be listed, unless they don't decide", async () => {
    const world = associated();
    world.log.deny("iam.listRoles");
    expect(await stopOf(planIn(world))).toMatchObject({ kind: "denied" });
    const forced = await planIn(world, { force: true, foreign: false });
    expect(forced).toMatchObject({ changes: [{}], notes: [{ code: "trusting-unknown" }] });
    world.log.clear();
    world.log.fail("iam.listRoles");
    const cut = await planIn(world, { force: true, foreign: false });
    expect(cut.notes.map(({ message }) => message).join("")).not.toContain("not allowed");
    expect(cut).toMatchObject({ notes: [{ code: "trusting-unknown" }] });
  });

  it("with --force says which roles nobody can assume by it any more", async () => {
    const world = associated();
    await bringAbout(world, aDesire());
    const plan = await planIn(world, { force: true, foreign: false });
    expect(plan).toMatchObject({ changes: [{}], notes: [{ level: "warning", code: "loses-provider" }] });
  });

  it.each<readonly [string, Record<string, string>]>([
    ["has no marks", {}],
    ["has the marks of another cluster", { "irsa/managed-by": "irsa", "irsa/cluster-arn": "arn:other" }],
    ["was made by eksctl", { "alpha.eksctl.io/cluster-name": "eks-work-cluster" }],
  ])("leaves a provider that %s, unless --foreign is given", async (_name, tags) => {
    const world = aWorld().withProvider({ tags });
    expect(await stopOf(planIn(world))).toMatchObject({ kind: "refused", code: "foreign-provider" });
    expect((await planIn(world, { force: false, foreign: true })).changes).toHaveLength(1);
    expect(world.log.writes).toEqual([]);
  });

  it("--foreign does not mean --force", async () => {
    const world = aWorld().withProvider();
    world.withRole(ownRole("theirs"), { trust: world.trustOf(aDesire()) });
    const stop = await stopOf(planIn(world, { force: false, foreign: true }));
    expect(stop.code).toBe("provider-in-use");
    world.withRole(ownRole("theirs"), { trust: trustPolicy([]) });
    expect((await planIn(world, { force: false, foreign: true })).changes).toHaveLength(1);
  });
});
