import { describe, expect, it } from "vitest";
import { attachedTag, inlineHash, roleOwnershipTags } from "../../src/model/ownership-tags.ts";
import { roleDigest } from "../../src/model/observed-digest.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
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
import { bringAbout, changeOf, kindsOf, stopOf, updateIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const PATH = "amazon-cloudwatch/cloudwatch-agent";
const DENY: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "s3:DeleteObject", Resource: "*" }],
};
const [ONE, OTHER] = [ownPolicy("one"), ownPolicy("other")];
const some = (add: readonly (typeof ONE)[], remove: readonly (typeof ONE)[] = []) =>
  ({ policies: { kind: "some", add, remove } }) as const;
const noInline = (own: boolean, ...names: readonly string[]) => ({ inline: { remove: { own, names } } });

/** A world in which `create-sa` has been run, and somebody has changed the role. */
async function settled(
  change: {
    readonly attached?: readonly (typeof ONE)[];
    readonly inline?: Readonly<Record<string, PolicyDocument>>;
    readonly tags?: Readonly<Record<string, string>>;
  } = {},
  desired = aDesire(),
): Promise<World> {
  const world = aWorld().withProvider().withPolicy(ONE).withPolicy(OTHER);
  await bringAbout(world, desired);
  world.editRole(world.roleOf(desired), ({ role, attached, inline }) => ({
    attached: change.attached ?? attached,
    inline: change.inline ?? inline,
    role: { ...role, tags: { ...role.tags, ...change.tags } },
  }));
  return world;
}

const roleIn = (world: World) => world.role(world.roleOf(aDesire())).role;

describe("the notes of an update", () => {
  it.each<
    readonly [
      string,
      Parameters<typeof settled>[0],
      Partial<DesiredUpdate>,
      readonly (readonly [string, RegExp])[],
    ]
  >([
    ["none of what irsa attached", {}, some([S3_READ], [CLOUDWATCH]), []],
    [
      "what is not attached, but not what is",
      {},
      some([S3_READ], [CLOUDWATCH, ONE]),
      [["warning not-attached", /^one /]],
    ],
    [
      "what others attached, but not what irsa did",
      { attached: [CLOUDWATCH, ONE, OTHER] },
      some([S3_READ], [CLOUDWATCH, ONE, OTHER]),
      [["warning detaches-others", /: one, other$/]],
    ],
    ["that no managed policy is left", {}, some([], [CLOUDWATCH]), [["warning no-policy-left", /./]]],
    [
      "inline policies that are not there, that others wrote, and those that stay",
      { inline: { a: DENY, b: DENY, c: DENY, d: DENY, irsa: INLINE } },
      noInline(true, "a", "b", "none"),
      [
        ["warning no-inline-policy", /'none'/],
        ["warning deletes-others", /: a, b$/],
        ["warning inline-stays", /: c, d; /],
      ],
    ],
    [
      "none of inline policies that stay where all are irsa's",
      { inline: { irsa: INLINE, a: MORE }, tags: { "irsa/inline": inlineHash("a") } },
      noInline(true),
      [],
    ],
    [
      "none of inline policies that stay where one is named",
      { inline: { a: DENY, b: DENY } },
      noInline(false, "a"),
      [["warning deletes-others", /: a$/]],
    ],
    [
      "none of what others wrote where irsa took it over",
      { inline: { a: MORE }, tags: { "irsa/inline": inlineHash("a") } },
      noInline(false, "a"),
      [],
    ],
    [
      "which inline policies allow already what is asked for",
      { inline: { a: INLINE, b: MORE, c: INLINE } },
      { inline: { set: INLINE } },
      [["info inline-said", / a, c /]],
    ],
    [
      "none of them where irsa's own is there",
      { inline: { a: INLINE, irsa: MORE } },
      { inline: { set: INLINE } },
      [],
    ],
    ["none of them where they say something else", { inline: { a: MORE } }, { inline: { set: INLINE } }, []],
    ["none of them where none is asked for", { inline: { a: MORE } }, { maxSessionSeconds: 7200 }, []],
  ])("tell %s", async (_what, change, changes, expected) => {
    const { notes } = await updateIn(await settled(change), changes);
    expect(notes.map(({ level, code }) => `${level} ${code}`)).toEqual(expected.map(([which]) => which));
    for (const [at, [, text]] of expected.entries()) expect(notes[at]?.message).toMatch(text);
  });
});

describe("the changes of an update", () => {
  it("tell what the role was where nothing else of theirs does", async () => {
    const world = await settled({ attached: [CLOUDWATCH, ONE], inline: { a: MORE } });
    const role = roleIn(world);
    const alone = await updateIn(world, { ...some([], [ONE]), ...noInline(false, "a") });
    expect(kindsOf(alone)).toEqual(["detach-policy", "delete-inline-policy"]);
    for (const change of alone.changes) expect(change).toMatchObject({ roleObserved: roleDigest(role) });
    const behind = await updateIn(world, { ...some([], [ONE]), maxSessionSeconds: 7200 });
    expect(changeOf(behind, "edit-role")).toMatchObject({ observed: roleDigest(role) });
    expect(changeOf(behind, "detach-policy")).not.toHaveProperty("roleObserved");
  });

  it.each([
    [9, ["edit-role", "attach-policy", "detach-policy"]],
    [10, ["edit-role", "detach-policy", "attach-policy"]],
  ])("give before they take, unless the role has no room: of %d policies", async (count, kinds) => {
    const attached = Array.from({ length: count }, (_, at) => ownPolicy(`p${at}`));
    const world = await settled({ attached });
    expect(kindsOf(await updateIn(world, some([S3_READ], attached.slice(0, 1))))).toEqual(kinds);
  });

  it("leave what irsa adopted where an inline policy is set", async () => {
    const world = await settled({ inline: { a: MORE }, tags: { "irsa/inline": inlineHash("a") } });
    expect(kindsOf(await updateIn(world, { inline: { set: INLINE } }))).toEqual(["put-inline-policy"]);
  });

  it("take the mark off with the inline policy, and leave it else", async () => {
    const marks = { "irsa/inline": [inlineHash("a"), inlineHash("gone")].join(" ") };
    const world = await settled({ inline: { a: MORE }, tags: marks });
    expect(kindsOf(await updateIn(world, { ...noInline(false, "none") }))).toEqual([]);
    expect(kindsOf(await updateIn(world, { inline: { set: MORE } }))).toEqual([]);
    const plan = await updateIn(world, noInline(false, "a"));
    expect(kindsOf(plan)).toEqual(["delete-inline-policy", "edit-role"]);
    expect(changeOf(plan, "edit-role")).toMatchObject({ unsetTags: ["irsa/inline"] });
    expect(changeOf(plan, "edit-role")).not.toHaveProperty("setTags");
  });

  it("leave of the ownership tags what is left of what they record", async () => {
    const world = await settled({}, aDesire({ role: managed({ policies: [CLOUDWATCH, ONE] }) }));
    const plan = await updateIn(world, some([], [ONE]));
    expect(changeOf(plan, "edit-role")).toMatchObject({
      setTags: { "irsa/attached": attachedTag([CLOUDWATCH]) },
    });
    expect(changeOf(plan, "edit-role")).not.toHaveProperty("unsetTags");
  });

  it("set and take off the tags that are named, and only where that changes them", async () => {
    const world = await settled({ tags: { Team: "a", tier: "b" } });
    const plan = await updateIn(world, { setTags: { tier: "b", zone: "c" }, unsetTags: ["team", "absent"] });
    const { setTags, unsetTags } = changeOf(plan, "edit-role");
    expect({ setTags, unsetTags }).toEqual({ setTags: { zone: "c" }, unsetTags: ["Team"] });
    expect(kindsOf(await updateIn(world, { setTags: { tier: "b" }, unsetTags: [] }))).toEqual([]);
    expect(kindsOf(await updateIn(world, { unsetTags: ["TIER"] }))).toEqual(["edit-role"]);
  });

  it("set the labels that differ, and say what they were", async () => {
    const world = await settled();
    world.editServiceAccount(PATH, ({ labels }) => ({ labels: { ...labels, a: "1", b: "1", c: "1" } }));
    const plan = await updateIn(world, {
      setLabels: { a: "1", b: "2", d: "2" },
      unsetLabels: ["c", "absent"],
    });
    expect(changeOf(plan, "edit-service-account")).toMatchObject({
      setLabels: { b: "2", d: "2" },
      unsetLabels: ["c"],
      before: { labels: { b: "1", c: "1", d: undefined }, annotations: {} },
    });
    expect(Object.keys(changeOf(plan, "edit-service-account").before.labels)).toEqual(["b", "d", "c"]);
    expect(kindsOf(await updateIn(world, { unsetLabels: ["c"] }))).toEqual(["edit-service-account"]);
  });

  it("ask for no right of the cluster's where no label changes", async () => {
    const world = (await settled()).forbidding("patch serviceaccounts");
    world.log.clear();
    await updateIn(world, { maxSessionSeconds: 7200 });
    expect(world.log.calls.map(({ name }) => name)).not.toContain("kubernetes.may");
    await stopOf(updateIn(world, { unsetLabels: ["app.kubernetes.io/managed-by"] }));
  });

  it("are of the role that is named, beside the one that irsa computed", async () => {
    const world = await settled();
    const arn = ownRole("mine");
    world.withRole(arn, {
      trust: world.trustOf(aDesire()),
      tags: roleOwnershipTags(world.cluster, aDesire().serviceAccount, "created", []),
    });
    const role = roleIn(world);
    const plan = await updateIn(world, { roleName: "mine", maxSessionSeconds: 7200 });
    expect(plan.role).toBe(arn);
    expect(changeOf(plan, "edit-role").arn).toBe(arn);
    expect((await updateIn(await settled(), { maxSessionSeconds: 7200 })).role).toBe(role.arn);
  });

  it("are none of a role that is not irsa's, whose labels are changed all the same", async () => {
    const world = aWorld()
      .withProvider()
      .withRole(ownRole("legacy"), { trust: aWorld().trustOf(aDesire()) });
    await bringAbout(world, aDesire({ role: existing("arn:aws:iam::111122223333:role/legacy") }));
    expect(await stopOf(updateIn(world, { unsetTags: ["team"] }))).toMatchObject({
      kind: "refused",
      code: "foreign-role",
    });
    expect((await updateIn(world, { unsetLabels: ["app.kubernetes.io/managed-by"] })).role).toBeUndefined();
  });

  it("read inline policies only where one is to change", async () => {
    const world = await settled();
    world.log.clear();
    await updateIn(world, { maxSessionSeconds: 7200 });
    expect(world.log.calls.map(({ name }) => name)).not.toContain("iam.listInlinePolicies");
  });
});

describe("an update is refused", () => {
  it.each<readonly [string, () => Promise<World>, Partial<DesiredUpdate>, string]>([
    ["there is no ServiceAccount", async () => aWorld(), { setLabels: { a: "b" } }, "no-account"],
    [
      "the ServiceAccount is somebody else's",
      async () => aWorld().withServiceAccount(PATH),
      { unsetLabels: ["a"] },
      "foreign-account",
    ],
    ["there is no role", async () => aWorld().withProvider(), { unsetTags: ["a"] }, "no-role"],
    [
      "the policy makes administrators",
      settled,
      some([awsPolicy("AdministratorAccess")]),
      "administrator-policy",
    ],
  ])("where %s", async (_where, make, changes, code) => {
    expect(await stopOf(updateIn(await make(), changes))).toMatchObject({ kind: "refused", code });
  });

  it("where somebody else keeps the ServiceAccount, with where to set its labels", async () => {
    const world = await settled();
    world.editServiceAccount(PATH, ({ annotations }) => ({
      annotations: { ...annotations, "meta.helm.sh/release-name": "x" },
    }));
    const stop = await stopOf(updateIn(world, { setLabels: { a: "b" } }));
    expect(stop).toMatchObject({ kind: "refused", code: "owned-elsewhere" });
    expect(stop.detail.advice).toMatch(/Helm|chart/);
  });
});
