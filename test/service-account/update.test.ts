import { fromOperator } from "../../src/model/source.ts";
import { describe, expect, it } from "vitest";
import { attachedTag, roleOwnershipTags } from "../../src/model/ownership-tags.ts";
import type { DesiredUpdate } from "../../src/service-account/update/desired.ts";
import {
  aDesire,
  awsPolicy,
  CLOUDWATCH,
  existing,
  INLINE,
  managed,
  MORE,
  ownPolicy,
  ownRole,
  S3_READ,
} from "../fakes/values.ts";
import { applyAll, bringAbout, kindsOf, stopOf, textOf, updateIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const PATH = "amazon-cloudwatch/cloudwatch-agent";
const EDGE = ownPolicy("edge");
const BY_HAND = ownPolicy("by-hand");

/** A world in which `create-sa` has been run, and someone has attached a policy of theirs. */
async function settled(desired = aDesire()): Promise<World> {
  const world = aWorld().withProvider().withPolicy(EDGE).withPolicy(BY_HAND);
  await bringAbout(world, desired);
  const role = world.roleOf(desired);
  if (desired.role.kind === "managed" && desired.role.name === undefined)
    world.editRole(role, (found) => ({
      attached: [...found.attached, BY_HAND],
      inline: { ...found.inline, theirs: INLINE },
      role: { ...found.role, tags: { ...found.role.tags, Owner: "them" } },
    }));
  world.log.clear();
  return world;
}

async function update(world: World, changes: Partial<DesiredUpdate>) {
  const plan = await updateIn(world, changes);
  await applyAll(world, plan.changes);
  return plan;
}

const some = (add: readonly (typeof CLOUDWATCH)[], remove: readonly (typeof CLOUDWATCH)[] = []) =>
  ({ policies: { kind: "some", add, remove } }) as const;
const exactly = (...policies: readonly (typeof CLOUDWATCH)[]) =>
  ({ policies: { kind: "exactly", policies } }) as const;

describe("what is named changes, and nothing else", () => {
  it.each<readonly [string, Partial<DesiredUpdate>, readonly string[], object]>([
    [
      "a policy more",
      some([S3_READ]),
      ["edit-role", "attach-policy"],
      { attached: [CLOUDWATCH, BY_HAND, S3_READ] },
    ],
    ["a policy less", some([], [CLOUDWATCH]), ["detach-policy", "edit-role"], { attached: [BY_HAND] }],
    ["a policy of somebody else's less", some([], [BY_HAND]), ["detach-policy"], { attached: [CLOUDWATCH] }],
    [
      "one for another: given before it is taken",
      some([S3_READ], [CLOUDWATCH]),
      ["edit-role", "attach-policy", "detach-policy", "edit-role"],
      { attached: [BY_HAND, S3_READ] },
    ],
    [
      "exactly these",
      exactly(S3_READ),
      ["edit-role", "attach-policy", "detach-policy", "detach-policy", "edit-role"],
      { attached: [S3_READ] },
    ],
    [
      "an inline policy",
      { inline: { set: MORE } },
      ["put-inline-policy"],
      { inline: { theirs: INLINE, irsa: MORE } },
    ],
    ["an inline policy that stands under another name", { inline: { set: INLINE } }, [], {}],
    ["a boundary", { boundary: { set: EDGE } }, ["edit-role"], { role: { boundary: EDGE } }],
    ["a session", { maxSessionSeconds: 7200 }, ["edit-role"], { role: { maxSessionSeconds: 7200 } }],
    ["a tag", { setTags: { team: "a" } }, ["edit-role"], { role: { tags: { team: "a", Owner: "them" } } }],
  ])("%s", async (_name, changes, kinds, expected) => {
    const world = await settled();
    const before = world.role(world.roleOf(aDesire()));
    const serviceAccount = world.serviceAccount();
    const plan = await update(world, changes);
    expect(kindsOf(plan)).toEqual(kinds);
    const now = world.role(world.roleOf(aDesire()));
    expect(now).toMatchObject(expected);
    expect(now.role.trust).toEqual(before.role.trust);
    expect(now.inline["theirs"]).toEqual(INLINE);
    expect(world.serviceAccount()).toEqual(serviceAccount);
    expect((await updateIn(world, changes)).changes).toEqual([]);
  });

  it.each([
    ["all go", { kind: "exactly", policies: [] }, 1],
    ["the last goes", { kind: "some", add: [], remove: [CLOUDWATCH] }, 1],
    ["another takes its place", { kind: "exactly", policies: [S3_READ] }, 0],
    ["nothing goes", { kind: "some", add: [], remove: [S3_READ] }, 0],
  ] as const)("says where no managed policy is left: %s", async (_what, policies, expected) => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    const { notes } = await updateIn(world, { policies });
    expect(notes.filter(({ code }) => code === "no-policy-left")).toHaveLength(expected);
    const { notes: withInline } = await updateIn(world, { policies, inline: { set: INLINE } });
    expect(withInline.map(({ code }) => code)).not.toContain("no-policy-left");
  });

  it("takes away by name: inline policy, boundary, tags whatever their case, labels", async () => {
    const world = await settled(
      aDesire({
        role: managed({ inline: INLINE, boundary: EDGE, tags: { team: "a", tier: "b" } }),
        labels: { team: "a", tier: "b" },
      }),
    );
    const changes = {
      inline: { remove: { own: true, names: [] } },
      boundary: { remove: fromOperator(true) },
      unsetTags: ["TEAM"],
      unsetLabels: ["team", "absent"],
    } as const;
    const plan = await update(world, changes);
    expect(kindsOf(plan)).toEqual(["edit-role", "delete-inline-policy", "edit-service-account"]);
    const { role, inline } = world.role(world.roleOf(aDesire()));
    expect(role.boundary).toBeUndefined();
    expect(role.tags).toMatchObject({ tier: "b", Owner: "them", "irsa/origin": "created" });
    expect(role.tags).not.toHaveProperty("team");
    expect(inline).toEqual({ theirs: INLINE });
    expect(world.serviceAccount().labels).toEqual({ tier: "b", "app.kubernetes.io/managed-by": "irsa" });
    expect((await updateIn(world, changes)).changes).toEqual([]);
  });

  it("the ownership tags tell which attachments are ours, before and after", async () => {
    const world = await settled();
    const marks = () => world.role(world.roleOf(aDesire())).role.tags["irsa/attached"];
    await update(world, some([S3_READ], [CLOUDWATCH]));
    expect(marks()).toBe(attachedTag([S3_READ]));
    await update(world, some([], [S3_READ]));
    expect(marks()).toBeUndefined();
  });

  it("a mark of an attachment that is gone already falls too, and the user is told", async () => {
    const world = await settled();
    world.editRole(world.roleOf(aDesire()), () => ({ attached: [] }));
    const plan = await update(world, some([], [CLOUDWATCH]));
    expect(kindsOf(plan)).toEqual(["edit-role"]);
    expect(plan.notes).toMatchObject([{ level: "warning", code: "not-attached" }]);
  });

  it("takes first where the role has no room for both", async () => {
    const world = await settled();
    const many = Array.from({ length: 9 }, (_, i) => ownPolicy(`p${i}`));
    many.forEach((policy) => world.withPolicy(policy));
    const plan = await update(world, exactly(...many));
    expect(kindsOf(plan).slice(0, 3)).toEqual(["edit-role", "detach-policy", "detach-policy"]);
    expect(world.role(world.roleOf(aDesire())).attached).toEqual(many);
    expect(plan.notes).toMatchObject([{ code: "detaches-others" }]);
  });

  it("a role that was adopted is changed as one that was made", async () => {
    const world = await settled();
    const role = world.roleOf(aDesire());
    world.editRole(role, (found) => ({
      role: {
        ...found.role,
        tags: roleOwnershipTags(world.cluster, aDesire().serviceAccount, "adopted", []),
      },
    }));
    expect(kindsOf(await update(world, some([S3_READ])))).toEqual(["edit-role", "attach-policy"]);
  });
});

describe("before anything is written", () => {
  it.each<readonly [string, () => Promise<World>, Partial<DesiredUpdate>, string, string]>([
    [
      "there is no role",
      async () => aWorld().withProvider(),
      { maxSessionSeconds: 7200 },
      "no-role",
      "irsa create-sa",
    ],
    [
      "the role is somebody else's",
      async () => {
        const world = aWorld()
          .withProvider()
          .withRole(ownRole("legacy"), { trust: aWorld().trustOf(aDesire()) });
        await bringAbout(world, aDesire({ role: existing("arn:aws:iam::111122223333:role/legacy") }));
        return world;
      },
      some([S3_READ]),
      "foreign-role",
      "no ownership tags",
    ],
    ["the policy does not exist", settled, some([ownPolicy("typo")]), "no-policy", "typo"],
    [
      "the policy makes administrators",
      settled,
      some([awsPolicy("AdministratorAccess")]),
      "administrator-policy",
      "--allow-administrator-policy",
    ],
    [
      "the inline policy makes administrators",
      settled,
      {
        inline: {
          set: fromOperator({
            Version: "2012-10-17",
            Statement: { Effect: "Allow", Action: "*", Resource: "*" },
          }),
        },
      },
      "administrator-policy",
      "the inline policy",
    ],
    [
      "ServiceAccount to label not found",
      async () => aWorld(),
      { setLabels: { a: "b" } },
      "no-account",
      "irsa create-sa",
    ],
    [
      "the ServiceAccount is somebody else's",
      async () => aWorld().withServiceAccount(PATH),
      { setLabels: { a: "b" } },
      "foreign-account",
      "kubectl -n amazon-cloudwatch label",
    ],
    [
      "Helm keeps the ServiceAccount by now",
      async () => {
        const world = await settled();
        world.editServiceAccount(PATH, ({ annotations }) => ({
          annotations: { ...annotations, "meta.helm.sh/release-name": "x" },
        }));
        return world;
      },
      { setLabels: { a: "b" } },
      "owned-elsewhere",
      "Helm (release x)",
    ],
    [
      "the cluster forbids it",
      async () => (await settled()).forbidding("patch serviceaccounts"),
      { setLabels: { a: "b" } },
      "forbidden",
      "patch serviceaccounts",
    ],
  ])("a stop: %s", async (_name, make, changes, code, text) => {
    const world = await make();
    world.log.clear();
    const stop = await stopOf(updateIn(world, changes));
    expect(stop.code).toBe(code);
    expect(textOf(stop)).toContain(text);
    expect(world.log.writes).toEqual([]);
  });

  it("labels need no role of ours, and the role none of the cluster's rights", async () => {
    const foreign = aWorld()
      .withProvider()
      .withRole(ownRole("legacy"), { trust: aWorld().trustOf(aDesire()) });
    await bringAbout(foreign, aDesire({ role: existing("arn:aws:iam::111122223333:role/legacy") }));
    expect(kindsOf(await update(foreign, { setLabels: { a: "b" } }))).toEqual(["edit-service-account"]);
    const forbidding = (await settled()).forbidding("patch serviceaccounts");
    expect(kindsOf(await update(forbidding, some([S3_READ])))).toEqual(["edit-role", "attach-policy"]);
  });

  it("a policy that can't be read is a warning", async () => {
    const world = await settled();
    world.log.deny("iam.getPolicyVersionId");
    expect((await updateIn(world, some([S3_READ]))).notes).toMatchObject([{ code: "policy-unreadable" }]);
  });
});
