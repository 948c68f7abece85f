import { describe, expect, it } from "vitest";
import { attachedTag, TAG } from "../../src/model/ownership-tags.ts";
import {
  aDesire,
  anAudience,
  AUDIENCE,
  INLINE,
  managed,
  MORE,
  ownRole,
  S3_READ,
  CLOUDWATCH,
} from "../fakes/values.ts";
import { bringAbout, changeOf, planIn, stopOf } from "../fakes/walk.ts";
import type { AskedAudience } from "../../src/model/asked.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";

const PATH = "amazon-cloudwatch/cloudwatch-agent";

async function settled(): Promise<World> {
  const world = aWorld().withProvider();
  await bringAbout(world, aDesire());
  return world;
}

const notesOf = async (world: World, role: Parameters<typeof managed>[0] = {}) =>
  (await planIn(world, aDesire({ role: managed(role) }))).notes;

describe("roles that can't be listed", () => {
  it("are told of where a role is to be created", async () => {
    const world = aWorld().withProvider();
    expect(await notesOf(world)).toEqual([]);
    world.log.deny("iam.listRoles");
    expect(await notesOf(world)).toMatchObject([{ level: "warning", code: "roles-unlisted" }]);
  });

  it("are not told of where there is one", async () => {
    const world = await settled();
    world.log.deny("iam.listRoles");
    expect(await notesOf(world)).toEqual([]);
  });
});

describe("inline policies beyond the ask", () => {
  const withInline = async (...names: readonly string[]) => {
    const world = await settled();
    const inline = Object.fromEntries(names.map((name) => [name, MORE]));
    world.editRole(world.roleOf(aDesire()), (found) => ({ inline: { ...found.inline, ...inline } }));
    return world;
  };

  it.each([
    [["theirs"], / an inline policy .* theirs$/],
    [["a", "b"], / inline policies .* a, b$/],
  ])("are told of where the ask is exact: %j", async (names, text) => {
    const [note, ...more] = await notesOf(await withInline(...names), { exclusivePolicies: true });
    expect(more).toEqual([]);
    expect(note).toMatchObject({ level: "info", code: "inline-beyond" });
    expect(note?.message).toMatch(text);
  });

  it("are not told of else", async () => {
    expect(await notesOf(await withInline("theirs"), { inline: INLINE })).toEqual([]);
    expect(await notesOf(await withInline(), { exclusivePolicies: true })).toEqual([]);
  });
});

it("an ask that is not exact leaves the ownership tags of what is gone", async () => {
  const world = await settled();
  world.editRole(world.roleOf(aDesire()), ({ role }) => ({
    role: { ...role, tags: { ...role.tags, [TAG.attached]: attachedTag([CLOUDWATCH, S3_READ]) } },
  }));
  expect((await planIn(world, aDesire())).changes).toEqual([]);
  expect((await planIn(world, aDesire({ role: managed({ exclusivePolicies: true }) }))).changes).toHaveLength(
    1,
  );
});

it("somebody else's role that lacks something is named before what it lacks", async () => {
  const legacy = ownRole("legacy");
  const world = aWorld().withProvider();
  world
    .withRole(legacy, { trust: world.trustOf(aDesire()) })
    .withServiceAccount(PATH, { annotations: { [ROLE_ANNOTATION]: legacy } });
  const stop = await stopOf(planIn(world, aDesire()));
  expect(stop.code).toBe("role-lacks");
  expect(stop.detail.facts?.[0]).toEqual(["role", legacy]);
});

it("a role of another set is left to it, with the tag to remove", async () => {
  const world = await settled();
  world.editRole(world.roleOf(aDesire()), ({ role }) => ({
    role: { ...role, tags: { ...role.tags, [TAG.set]: "search" } },
  }));
  const stop = await stopOf(planIn(world, aDesire({ role: managed({ set: "payments" }) })));
  expect(stop).toMatchObject({ kind: "refused", code: "other-set" });
  expect(stop.detail.advice).toContain(TAG.set);
});

it.each<readonly [string, AskedAudience | undefined, readonly string[]]>([
  ["the default audience, asked for or not", undefined, []],
  ["the default audience, asked for or not", AUDIENCE, []],
  ["an audience of its own", anAudience("vault"), ["vault"]],
])("a new ServiceAccount is annotated with %s: %s", async (_what, audience, expected) => {
  const world = aWorld().withProvider({ clientIds: [AUDIENCE, "vault"] });
  const desired = aDesire(audience === undefined ? {} : { audience });
  const { annotations } = changeOf(await planIn(world, desired), "create-service-account");
  expect(AUDIENCE_ANNOTATION in annotations ? [annotations[AUDIENCE_ANNOTATION]] : []).toEqual(expected);
});
