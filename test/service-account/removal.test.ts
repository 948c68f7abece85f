import { describe, expect, it } from "vitest";
import type { RoleArn } from "../../src/model/arn.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { roleOwnershipTags } from "../../src/model/ownership-tags.ts";
import { listOf } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import type { DesiredRemoval } from "../../src/service-account/delete/desired.ts";
import {
  aDesire,
  aRoleName,
  CLOUDWATCH,
  existing,
  INLINE,
  managed,
  ownRole,
  S3_READ,
  aServiceAccount,
  EC2,
} from "../fakes/values.ts";
import { applyAll, aRemoval, bringAbout, kindsOf, removalIn, stopOf, textOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const PATH = "amazon-cloudwatch/cloudwatch-agent";
const LEGACY = ownRole("legacy/agent");

/** A world in which `create-sa` has been run, and others live beside. */
async function settled(desired = aDesire()): Promise<World> {
  const world = aWorld()
    .withProvider()
    .withRole(LEGACY, { trust: trustPolicy([EC2]) }, { attached: [S3_READ] })
    .withRole(ownRole("bystander"), { trust: trustPolicy([EC2]) }, { attached: [S3_READ] })
    .withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: ownRole("bystander") } });
  await bringAbout(world, desired);
  world.log.clear();
  return world;
}

/** Deletes, and gives what the plan was. */
async function remove(world: World, changes: Partial<DesiredRemoval> = {}) {
  const plan = await removalIn(world, aRemoval(changes));
  await applyAll(world, plan.changes);
  return plan;
}

/** Makes the role one that was adopted. */
function adopt(world: World, role: RoleArn): void {
  const marks = roleOwnershipTags(world.cluster, aDesire().serviceAccount, "adopted", [CLOUDWATCH]);
  world.editRole(role, (found) => ({ role: { ...found.role, tags: { team: "a", ...marks } } }));
}

describe("what irsa made", () => {
  it("goes: ServiceAccount, attachments, inline policies, instance profiles, role; and nothing else", async () => {
    const others = await settled();
    others.iam.roles.delete(others.role(others.roleOf(aDesire())).role.name);
    others.api.serviceAccounts.delete(PATH);
    const world = await settled(
      aDesire({ role: managed({ policies: [CLOUDWATCH, S3_READ], inline: INLINE }) }),
    );
    world.editRole(world.roleOf(aDesire()), (found) => ({
      inline: { ...found.inline, theirs: INLINE },
      profiles: ["nodes"],
    }));
    const plan = await remove(world);
    expect(kindsOf(plan)).toEqual([
      "delete-service-account",
      "detach-policy",
      "detach-policy",
      "delete-inline-policy",
      "delete-inline-policy",
      "leave-instance-profile",
      "delete-role",
    ]);
    expect(plan).toMatchObject({
      serviceAccountFate: "deleted",
      role: { fate: "deleted" },
      loss: "at-once",
      notes: [],
    });
    expect(world.snapshot()).toEqual(others.snapshot());
  });

  it("the provider and the namespace stay, and the same command again has nothing to do", async () => {
    const world = await settled();
    await remove(world);
    expect(world.iam.providers.size).toBe(1);
    expect(world.api.namespaces).toContain("amazon-cloudwatch");
    expect(await removalIn(world)).toMatchObject({ changes: [], notes: [], role: { fate: "absent" } });
  });

  it.each<readonly [string, Partial<DesiredRemoval>, readonly string[], object]>([
    [
      "--keep-role",
      { keepRole: true },
      ["delete-service-account"],
      { role: { fate: "kept" }, loss: "at-token-end" },
    ],
    [
      "--keep-service-account",
      { keepServiceAccount: true },
      ["edit-service-account", "detach-policy", "delete-role"],
      { serviceAccountFate: "released", loss: "at-once" },
    ],
  ])("%s", async (_flag, changes, kinds, expected) => {
    const world = await settled();
    const plan = await remove(world, changes);
    expect(kindsOf(plan)).toEqual(kinds);
    expect(plan).toMatchObject(expected);
    expect((await removalIn(world, aRemoval(changes))).changes).toEqual([]);
  });

  it("a kept ServiceAccount keeps what is the user's, and nothing of ours", async () => {
    const world = await settled(aDesire({ labels: { team: "a" }, audience: "sts.amazonaws.com" }));
    world.editServiceAccount(PATH, ({ annotations }) => ({
      annotations: { ...annotations, note: "x", [AUDIENCE_ANNOTATION]: "sts.amazonaws.com" },
    }));
    await remove(world, { keepServiceAccount: true });
    expect(world.serviceAccount()).toMatchObject({ labels: { team: "a" }, annotations: { note: "x" } });
    expect(Object.keys(world.serviceAccount().annotations)).toEqual(["note"]);
  });

  it("is found under another name, by annotation", async () => {
    const world = await settled(aDesire({ role: managed({ name: aRoleName("mine") }) }));
    expect((await remove(world)).role).toEqual({ arn: ownRole("mine"), fate: "deleted" });
    expect(world.iam.roles.has("mine")).toBe(false);
  });

  it("is found by its trust policy when the ServiceAccount is gone, and goes once it is named", async () => {
    const world = await settled(aDesire({ role: managed({ name: aRoleName("mine") }) }));
    world.api.serviceAccounts.delete(PATH);
    const stop = await stopOf(removalIn(world));
    expect(stop).toMatchObject({ kind: "refused", code: "role-unproven" });
    expect(stop.detail.command?.join(" ")).toContain("--role-name mine");
    expect((await remove(world, { roleName: aRoleName("mine") })).role.fate).toBe("deleted");
  });

  it("says where it can't look for a role, and takes its name", async () => {
    const world = await settled(aDesire({ role: managed({ name: "mine" as never }) }));
    world.api.serviceAccounts.delete(PATH);
    world.log.deny("iam.listRoles");
    expect(await removalIn(world)).toMatchObject({ changes: [], notes: [{ code: "roles-unlisted" }] });
    const plan = await removalIn(world, aRemoval({ roleName: aRoleName("mine") }));
    expect(kindsOf(plan)).toEqual(["detach-policy", "delete-role"]);
  });

  it("is found under a computed name with a prefix that this run does not know", async () => {
    const world = await settled(aDesire({ role: managed({ prefix: "corp-" }) }));
    world.api.serviceAccounts.delete(PATH);
    const name = [...world.iam.roles.keys()].find((one) => one.startsWith("corp-")) ?? "";
    world.editRole(ownRole(name), ({ role }) => ({ role: { ...role, trust: trustPolicy([EC2]) } }));
    expect((await removalIn(world)).role).toEqual({ arn: ownRole(name), fate: "released" });
  });
});

describe("a role that others rely on too", () => {
  it("stays, less our statement and our ownership tags, when irsa made it", async () => {
    const world = await settled();
    const role = world.roleOf(aDesire());
    world.editRole(role, (found) => ({
      role: {
        ...found.role,
        tags: { ...found.role.tags, team: "a" },
        trust: { ...found.role.trust, Statement: [...listOf(found.role.trust.Statement), EC2] },
      },
    }));
    const plan = await remove(world);
    expect(kindsOf(plan)).toEqual(["edit-role", "delete-service-account"]);
    expect(plan).toMatchObject({
      role: { fate: "released" },
      loss: "at-renewal",
      notes: [{ code: "role-stays" }],
    });
    expect(world.role(role)).toMatchObject({ attached: [CLOUDWATCH], role: { tags: { team: "a" } } });
    expect(world.role(role).role.tags).toEqual({ team: "a" });
    expect(world.role(role).role.trust.Statement).toEqual([EC2]);
    expect((await removalIn(world)).changes).toEqual([]);
  });

  it("stays as it is, but for our ownership tags, when its trust policy has been written again", async () => {
    const world = await settled();
    const role = world.roleOf(aDesire());
    world.editRole(role, (found) => ({ role: { ...found.role, trust: trustPolicy([EC2]) } }));
    const plan = await remove(world);
    expect(plan.notes[0]?.message).toContain("a statement not created by irsa");
    expect(world.role(role)).toMatchObject({
      attached: [CLOUDWATCH],
      role: { trust: trustPolicy([EC2]), tags: {} },
    });
  });
});

describe("a role that was adopted", () => {
  it("stays as it was, without our ownership tags", async () => {
    const world = await settled();
    const role = world.roleOf(aDesire());
    adopt(world, role);
    const before = world.role(role);
    const plan = await remove(world);
    expect(kindsOf(plan)).toEqual(["edit-role", "delete-service-account"]);
    expect(plan.notes[0]?.message).toContain("--delete-adopted-role");
    expect(world.role(role)).toEqual({ ...before, role: { ...before.role, tags: { team: "a" } } });
    expect((await removalIn(world)).changes).toEqual([]);
  });

  it("goes when the flag says so", async () => {
    const world = await settled();
    adopt(world, world.roleOf(aDesire()));
    const plan = await remove(world, { deleteAdopted: true });
    expect(plan.role.fate).toBe("deleted");
  });

  it("counts so when the tag of its origin says something else", async () => {
    const world = await settled();
    world.editRole(world.roleOf(aDesire()), ({ role }) => ({
      role: { ...role, tags: { ...role.tags, "irsa/origin": "made" } },
    }));
    expect((await removalIn(world)).role.fate).toBe("released");
  });
});

describe("somebody else's role", () => {
  const pointing = () => settled(aDesire({ role: existing(LEGACY), addTrust: true }));

  it("stays as it is, and so does our statement in it; the ServiceAccount that we made goes", async () => {
    const world = await pointing();
    const before = world.role(LEGACY);
    const plan = await remove(world);
    expect(kindsOf(plan)).toEqual(["delete-service-account"]);
    expect(plan.notes.map(({ code }) => code)).toEqual(["role-stays", "trust-stays"]);
    expect(world.role(LEGACY)).toEqual(before);
  });

  it("loses our statement, and it alone, with --remove-trust", async () => {
    const world = await pointing();
    const plan = await remove(world, { removeTrust: true });
    expect(kindsOf(plan)).toEqual(["edit-role", "delete-service-account"]);
    expect(world.role(LEGACY).role.trust.Statement).toEqual([EC2]);
  });

  it("can't lose its only statement", async () => {
    const world = await settled(aDesire({ role: existing(LEGACY), addTrust: true }));
    world.editRole(LEGACY, ({ role }) => ({ role: { ...role, trust: world.trustOf(aDesire()) } }));
    const stop = await stopOf(removalIn(world, aRemoval({ removeTrust: true })));
    expect(stop).toMatchObject({ kind: "refused", code: "only-statement" });
  });

  it.each<readonly [string, (world: World) => Record<string, string>, string]>([
    [
      "whose tags were copied from another ServiceAccount",
      (world) => roleOwnershipTags(world.cluster, aServiceAccount("amazon-cloudwatch/other"), "created", []),
      "for amazon-cloudwatch/other",
    ],
    ["that eksctl made", () => ({ "alpha.eksctl.io/cluster-name": "c" }), "created by eksctl"],
    ["without tags", () => ({}), "no ownership tags"],
    [
      "with forged tags, which neither name nor trust bears out",
      (world) => roleOwnershipTags(world.cluster, aDesire().serviceAccount, "created", []),
      "neither its name nor its trust policy matches",
    ],
  ])("stays: one %s", async (_name, tags, why) => {
    const world = await settled();
    world.iam.roles.delete(world.role(world.roleOf(aDesire())).role.name.toLowerCase());
    world.withRole(LEGACY, { trust: trustPolicy([EC2]), tags: tags(world) }, { attached: [S3_READ] });
    world.editServiceAccount(PATH, ({ annotations }) => ({
      annotations: { ...annotations, [ROLE_ANNOTATION]: LEGACY },
    }));
    const before = world.role(LEGACY);
    const plan = await remove(world, { deleteAdopted: true });
    expect(plan.notes[0]?.message).toContain(why);
    const marked = before.role.tags["irsa/service-account"] === "cloudwatch-agent";
    expect(world.role(LEGACY)).toEqual(marked ? { ...before, role: { ...before.role, tags: {} } } : before);
  });
});

describe("the ServiceAccount", () => {
  it("loses annotation and mark when it was adopted, and nothing else", async () => {
    const world = aWorld()
      .withProvider()
      .withServiceAccount(PATH, {
        labels: { team: "a" },
        annotations: { note: "x", [AUDIENCE_ANNOTATION]: "sts.amazonaws.com" },
      });
    await bringAbout(world, aDesire({ adopt: true }));
    const plan = await remove(world);
    expect(plan.serviceAccountFate).toBe("released");
    expect(world.serviceAccount()).toMatchObject({
      labels: { team: "a" },
      annotations: { note: "x", [AUDIENCE_ANNOTATION]: "sts.amazonaws.com" },
    });
    expect(Object.keys(world.serviceAccount().annotations)).toEqual(["note", AUDIENCE_ANNOTATION]);
  });

  it("stays as it is when it is not ours, with a warning where its annotation then names nothing", async () => {
    const world = await settled(aDesire({ roleOnly: true }));
    world.withServiceAccount(PATH, { annotations: { [ROLE_ANNOTATION]: world.roleOf(aDesire()) } });
    const before = world.serviceAccount();
    const plan = await remove(world);
    expect(plan).toMatchObject({
      serviceAccountFate: "kept",
      notes: [{ level: "warning", code: "annotation-stays" }],
    });
    expect(world.serviceAccount()).toEqual(before);
  });

  it("stays when our label is all that speaks for it", async () => {
    const world = aWorld()
      .withProvider()
      .withServiceAccount(PATH, { labels: { "app.kubernetes.io/managed-by": "irsa" } });
    expect(await removalIn(world)).toMatchObject({ changes: [], serviceAccountFate: "kept" });
  });

  it("goes by its label where a role of ours bears it out", async () => {
    const world = await settled();
    world.editServiceAccount(PATH, () => ({ annotations: {} }));
    expect((await removalIn(world)).serviceAccountFate).toBe("deleted");
  });

  it("stays with a warning where someone else keeps it by now", async () => {
    const world = await settled();
    world.editServiceAccount(PATH, ({ annotations }) => ({
      annotations: { ...annotations, "meta.helm.sh/release-name": "agent" },
    }));
    const plan = await removalIn(world);
    expect(kindsOf(plan)).toEqual(["detach-policy", "delete-role"]);
    expect(plan.notes).toMatchObject([{ level: "warning", code: "owned-elsewhere" }]);
  });

  it("that is annotated with a role that irsa does not manage is a stop, until the role is named", async () => {
    const world = await settled();
    world.editServiceAccount(PATH, ({ annotations }) => ({
      annotations: { ...annotations, [ROLE_ANNOTATION]: LEGACY },
    }));
    const stop = await stopOf(removalIn(world));
    expect(stop).toMatchObject({ kind: "refused", code: "annotated-other" });
    const roleName = aRoleName(world.role(world.roleOf(aDesire())).role.name);
    expect(textOf(stop)).toContain(`--role-name ${roleName}`);
    const plan = await removalIn(world, aRemoval({ roleName, keepServiceAccount: true }));
    expect(plan.role.fate).toBe("deleted");
    expect(plan.changes[0]).toMatchObject({ unsetAnnotations: ["irsa/account"] });
    const other = await settled();
    other.editServiceAccount(PATH, () => ({
      annotations: { "irsa/account": "created", [ROLE_ANNOTATION]: LEGACY },
    }));
    const kept = await removalIn(other, aRemoval({ roleName }));
    expect(kept).toMatchObject({ serviceAccountFate: "kept", notes: [{ code: "annotated-other" }] });
  });
});

describe("before anything is written", () => {
  it.each([
    "kubernetes.getServiceAccount",
    "iam.getRole",
    "iam.listAttachedPolicies",
    "iam.listInlinePolicies",
    "iam.listInstanceProfiles",
  ])("a denied read stops it: %s", async (name) => {
    const world = await settled();
    world.log.deny(name);
    expect(await stopOf(removalIn(world))).toMatchObject({ kind: "denied" });
    expect(world.log.writes).toEqual([]);
  });

  it("what may not be written stops it; not being told is a warning", async () => {
    const forbidding = (await settled()).forbidding("delete serviceaccounts");
    expect(textOf(await stopOf(removalIn(forbidding)))).toContain("delete serviceaccounts");
    expect((await removalIn(forbidding, aRemoval({ keepServiceAccount: true }))).changes).toHaveLength(3);
    const silent = await settled();
    silent.log.deny("kubernetes.may");
    expect((await removalIn(silent)).notes).toMatchObject([{ code: "rights-unknown" }]);
  });
});
