import { describe, expect, it } from "vitest";
import type { RoleName } from "../../src/model/role-name.ts";
import { fromOperator } from "../../src/model/source.ts";
import { TAG } from "../../src/model/ownership-tags.ts";
import { aDesire, existing, managed, ownRole } from "../fakes/values.ts";
import { applyAll, aRemoval, bringAbout, changeOf, kindsOf, removalIn, stopOf } from "../fakes/walk.ts";
import { aWorld } from "../fakes/world.ts";

const AGENT = "amazon-cloudwatch/cloudwatch-agent";
const asked = aDesire({ podIdentity: { withoutSessionTags: false } });
const { serviceAccount } = asked;
const removal = aRemoval({ serviceAccount });

describe("removing a ServiceAccount that has its role by Pod Identity", () => {
  it("takes association, ServiceAccount and role, and leaves nothing", async () => {
    const world = aWorld();
    const before = world.snapshot();
    await bringAbout(world, asked);
    const plan = await removalIn(world, removal);
    expect(kindsOf(plan)).toEqual([
      "delete-pod-identity",
      "delete-service-account",
      "detach-policy",
      "delete-role",
    ]);
    expect(plan).toMatchObject({ association: { fate: "deleted" }, role: { fate: "deleted" } });
    await applyAll(world, plan.changes);
    expect(world.snapshot()).toEqual({ ...before, namespaces: expect.anything() as unknown });
    expect(await removalIn(world, removal)).toMatchObject({ changes: [] });
  });

  it("takes a role of both ways, whose trust policy has nothing but the two statements", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    await bringAbout(world, asked);
    expect(kindsOf(await removalIn(world, removal))).toContain("delete-role");
  });

  it("takes a role of another name, to which association and ServiceAccount lead", async () => {
    const world = aWorld();
    await bringAbout(world, aDesire({ ...asked, role: managed({ name: "agent" as never }) }));
    expect(kindsOf(await removalIn(world, removal))).toContain("delete-role");
  });

  it("keeps the role that is kept, and takes the association", async () => {
    const world = aWorld();
    await bringAbout(world, asked);
    const plan = await removalIn(world, { ...removal, keepRole: true });
    expect(kindsOf(plan)).toEqual(["delete-pod-identity", "delete-service-account"]);
    expect(plan.loss).toBe("at-renewal");
  });

  it("gives an adopted association back without irsa's tags", async () => {
    const world = aWorld();
    await bringAbout(world, asked);
    const tags = { ...world.association(AGENT)?.tags, [TAG.origin]: "adopted", team: "payments" };
    world.withAssociation(AGENT, world.roleOf(asked), { tags });
    const plan = await removalIn(world, { ...removal, keepRole: true });
    expect(changeOf(plan, "update-pod-identity")).toMatchObject({ set: {} });
    await applyAll(world, plan.changes);
    expect(world.association(AGENT)?.tags).toEqual({ team: "payments" });
  });

  it("keeps an association that is not irsa's, or an add-on's", async () => {
    const world = aWorld().withRole(ownRole("theirs")).withServiceAccount(AGENT);
    world.withAssociation(AGENT, ownRole("theirs"));
    const plan = await removalIn(world, removal);
    expect(plan).toMatchObject({ changes: [], association: { fate: "kept" } });
    expect(plan.notes).toContainEqual(expect.objectContaining({ code: "association-stays" }));
  });

  it("stops where the association of a role for Pod Identity can't be read: it would be left behind", async () => {
    const world = aWorld();
    await bringAbout(world, asked);
    world.log.deny("eks.describePodIdentities");
    expect(await stopOf(removalIn(world, removal))).toMatchObject({ kind: "denied", code: "access-denied" });
  });

  it("says what can't be known where the association can't be read", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    world.log.deny("eks.describePodIdentities");
    const plan = await removalIn(world, removal);
    expect(plan.notes).toContainEqual(
      expect.objectContaining({ level: "warning", code: "association-unread" }),
    );
    expect(kindsOf(plan)).toContain("delete-role");
  });

  it.each([
    ["irsa created", true, "deleted"],
    ["others created", false, "kept"],
  ] as const)(
    "takes an association with the role that the operator names, if its tags are irsa's: %s",
    async (_, isTagged, fate) => {
      const world = aWorld().withRole(ownRole("theirs"));
      await bringAbout(world, aDesire({ ...asked, role: existing(ownRole("theirs")), addTrust: true }));
      if (!isTagged) world.withAssociation(AGENT, ownRole("theirs"));
      const named = { ...removal, roleName: fromOperator("theirs" as RoleName) };
      const plan = await removalIn(world, named);
      expect(plan.association.fate).toBe(fate);
      expect(kindsOf(plan)).not.toContain("delete-role");
      await applyAll(world, plan.changes);
      expect(world.association(AGENT) === undefined).toBe(isTagged);
      expect((await removalIn(world, named)).changes).toEqual([]);
    },
  );

  it("keeps an association of another role than the one that the operator names", async () => {
    const world = aWorld().withRole(ownRole("theirs")).withRole(ownRole("other"));
    await bringAbout(world, aDesire({ ...asked, role: existing(ownRole("theirs")), addTrust: true }));
    const plan = await removalIn(world, { ...removal, roleName: fromOperator("other" as RoleName) });
    expect(plan.association.fate).toBe("kept");
    expect(plan.notes).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining("--role-name theirs") as unknown }),
    );
  });

  it("keeps a role that the operator named, which only trusts the ServiceAccount", async () => {
    const world = aWorld().withRole(ownRole("theirs"));
    await bringAbout(world, aDesire({ ...asked, role: existing(ownRole("theirs")), addTrust: true }));
    const plan = await removalIn(world, removal);
    expect(kindsOf(plan)).not.toContain("delete-role");
    expect(plan.association.fate).toBe("kept");
    const why = /is kept: it has irsa's ownership tags, but its role is not one that irsa manages for this/;
    expect(plan.notes).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(why) as string }),
    );
  });
});
