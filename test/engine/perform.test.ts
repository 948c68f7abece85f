import { describe, expect, it } from "vitest";
import type { Change } from "../../src/model/change.ts";
import type { Role } from "../../src/model/iam-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import type { DesiredServiceAccount } from "../../src/service-account/create/desired.ts";
import {
  aDesire,
  AUDIENCE,
  CLOUDWATCH,
  existing,
  INLINE,
  managed,
  ownPolicy,
  ownRole,
  S3_READ,
} from "../fakes/values.ts";
import { applyTo, bringAbout, changeOf, planIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const SERVICE_ACCOUNT = "amazon-cloudwatch/cloudwatch-agent";
const LEGACY = ownRole("legacy");

/** How the one change of that kind ends in the world: its failure's code, or `done`. */
async function endOf(world: World, ask: DesiredServiceAccount, kind: Change["kind"], meanwhile: () => void) {
  const change = changeOf(await planIn(world, ask), kind);
  meanwhile();
  world.log.clear();
  const step = (await applyTo(world, [change])).at(-1);
  return step?.state === "failed" ? step.failure.code : step?.state;
}

describe("an edit re-reads its target right before it writes, and stops if that is another", () => {
  const trusting = aDesire({ role: existing(LEGACY), addTrust: true });
  const inline = aDesire({ role: managed({ policies: [], inline: INLINE }) });
  const editRole = (world: World, change: Partial<Role>) =>
    world.editRole(LEGACY, ({ role }) => ({ role: { ...role, ...change } }));

  const CASES: readonly (readonly [string, Change["kind"], DesiredServiceAccount, (world: World) => void])[] =
    [
      [
        "the trust",
        "edit-role",
        trusting,
        (world) => editRole(world, { trust: trustPolicy([]), tags: { a: "" } }),
      ],
      ["a tag", "edit-role", trusting, (world) => editRole(world, { tags: { team: "theirs" } })],
      ["the boundary", "edit-role", trusting, (world) => editRole(world, { boundary: ownPolicy("edge") })],
      [
        "the session duration",
        "edit-role",
        trusting,
        (world) => editRole(world, { maxSessionSeconds: 7200 }),
      ],
      ["the role does not exist", "edit-role", trusting, (world) => world.iam.roles.clear()],
      [
        "the provider's audiences",
        "edit-provider",
        aDesire({ associate: true }),
        (world) => world.withProvider({ clientIds: ["third"] }),
      ],
      [
        "the provider is gone",
        "edit-provider",
        aDesire({ associate: true }),
        (world) => world.iam.providers.clear(),
      ],
      [
        "the inline policy appears",
        "put-inline-policy",
        inline,
        (world) => world.editRole(world.roleOf(aDesire()), () => ({ inline: { irsa: INLINE } })),
      ],
      [
        "the ServiceAccount",
        "edit-service-account",
        aDesire({ adopt: true }),
        (world) => world.editServiceAccount(SERVICE_ACCOUNT, () => ({ labels: { team: "theirs" } })),
      ],
    ];

  /** A world in which each kind of edit has something to do. */
  function prepared(kind: Change["kind"]): World {
    const world = aWorld().withProvider({ clientIds: kind === "edit-provider" ? ["other"] : [AUDIENCE] });
    world.withRole(LEGACY).withRole(world.roleOf(aDesire()), {
      trust: world.trustOf(aDesire()),
      tags: world.ownershipTagsOf(aDesire()),
    });
    return kind === "edit-service-account" ? world.withServiceAccount(SERVICE_ACCOUNT) : world;
  }

  it.each(CASES)("%s", async (_what, kind, ask, meanwhile) => {
    const world = prepared(kind);
    let theirs = {};
    const end = await endOf(world, ask, kind, () => {
      meanwhile(world);
      theirs = world.snapshot();
    });
    expect(end).toBe("conflict");
    expect(world.snapshot()).toEqual(theirs);
    expect(world.log.writes.filter((name) => name.startsWith("iam."))).toEqual([]);
  });

  it.each(CASES)("and is done where nothing has happened: %s", async (_what, kind, ask) => {
    expect(await endOf(prepared(kind), ask, kind, () => undefined)).toBe("done");
  });
});

describe("a create that finds its own work (its answer was lost, and the SDK tried again) is done", () => {
  const role = managed({ boundary: ownPolicy("edge"), tags: { team: "payments" } });
  it.each(["create-provider", "create-role", "create-namespace"] as const)("%s", async (kind) => {
    const world = aWorld().withPolicy(ownPolicy("edge"));
    const ask = aDesire({ associate: true, role });
    const change = changeOf(await planIn(world, ask), kind);
    await applyTo(world, [change]);
    const before = world.snapshot();
    expect((await applyTo(world, [change])).at(-1)).toMatchObject({ state: "done", requestIds: [] });
    expect(world.snapshot()).toEqual(before);
  });
});

describe("a create that finds somebody else's work stops", () => {
  const EDGE = ownPolicy("edge");
  const made = async (world: World) => {
    const plan = await bringAbout(world, aDesire({ associate: true }));
    world.api.serviceAccounts.clear();
    return plan.role;
  };
  const change = async (kind: Change["kind"]) =>
    changeOf(await planIn(aWorld(), aDesire({ associate: true })), kind);

  it.each<readonly [string, (role: Role) => Partial<Role>]>([
    ["another trust", () => ({ trust: trustPolicy([]) })],
    ["without our marks", () => ({ tags: {} })],
    ["of another ServiceAccount", ({ tags }) => ({ tags: { ...tags, "irsa/namespace": "shop" } })],
    ["with a boundary", () => ({ boundary: EDGE })],
    ["under another path", ({ arn }) => ({ arn: arn.replace("role/", "role/theirs/") as Role["arn"] })],
  ])("a role: %s", async (_what, edit) => {
    const world = aWorld();
    const role = await made(world);
    world.editRole(role, (found) => ({ role: { ...found.role, ...edit(found.role) } }));
    const steps = await applyTo(world, [await change("create-role")]);
    expect(steps.at(-1)).toMatchObject({ state: "failed", failure: { code: "already-exists" } });
  });

  it.each([
    ["without the audience", { clientIds: ["other"] }],
    ["without our marks", { tags: {} }],
  ])("a provider: %s", async (_what, changes) => {
    const world = aWorld().withProvider(changes);
    const steps = await applyTo(world, [await change("create-provider")]);
    expect(steps.at(-1)).toMatchObject({ state: "failed", failure: { code: "already-exists" } });
  });

  it("a ServiceAccount, whatever it is like: it may be another's by now", async () => {
    const world = aWorld().withServiceAccount(SERVICE_ACCOUNT);
    const steps = await applyTo(world, [await change("create-service-account")]);
    expect(steps.at(-1)).toMatchObject({ state: "failed", failure: { code: "already-exists" } });
    expect(world.serviceAccount().annotations).toEqual({});
  });
});

it("a role's ownership tags are written before what they record", async () => {
  const world = aWorld().withProvider().withPolicy(ownPolicy("edge"));
  await bringAbout(world, aDesire());
  world.editRole(world.roleOf(aDesire()), ({ role }) => ({ role: { ...role, trust: trustPolicy([]) } }));
  world.log.clear();
  const role = managed({ policies: [S3_READ], boundary: ownPolicy("edge"), maxSessionSeconds: 7200 });
  await bringAbout(world, aDesire({ role }));
  expect(world.log.writes).toEqual([
    "iam.tagRole",
    "iam.setTrust",
    "iam.setBoundary",
    "iam.setRoleSettings",
    "iam.attachPolicy",
  ]);
});

describe("what is attached to a role changes only while the role is what the plan saw", () => {
  const ROLE = managed({ policies: [CLOUDWATCH], inline: INLINE, exclusivePolicies: true });
  const more = aDesire({ role: managed({ policies: [S3_READ], inline: INLINE, exclusivePolicies: true }) });

  /** A role whose attachment is gone, so that an attach alone is planned; and one that is to lose one. */
  async function lacking(): Promise<readonly [World, readonly Change[]]> {
    const world = aWorld().withProvider();
    const { role } = await bringAbout(world, aDesire({ role: ROLE }));
    world.editRole(role, () => ({ attached: [], inline: {} }));
    return [world, (await planIn(world, aDesire({ role: ROLE }))).changes];
  }

  const MEANWHILE: readonly (readonly [string, (role: Role) => Partial<Role>])[] = [
    [
      "a stranger is let in",
      () => ({ trust: trustPolicy([{ Effect: "Allow", Principal: "*", Action: "*" }]) }),
    ],
    ["its tags name another", ({ tags }) => ({ tags: { ...tags, "irsa/namespace": "other" } })],
    ["it is another of that name", () => ({ arn: ownRole("elsewhere/agent") })],
  ];

  it.each(MEANWHILE)("is given nothing when %s", async (_what, change) => {
    const [world, changes] = await lacking();
    expect(changes.map(({ kind }) => kind)).toEqual(["attach-policy", "put-inline-policy"]);
    world.editRole(world.roleOf(aDesire()), ({ role }) => ({ role: { ...role, ...change(role) } }));
    world.log.clear();
    const steps = await applyTo(world, changes);
    const failed = steps.filter(({ state }) => state === "failed");
    expect(failed).toMatchObject([{ failure: { code: "conflict" } }, { failure: { code: "conflict" } }]);
    expect(world.log.writes).toEqual([]);
  });

  it("is given all of it after one look", async () => {
    const [world, changes] = await lacking();
    world.log.clear();
    await applyTo(world, changes);
    expect(world.log.calls.filter(({ name }) => name === "iam.getRole")).toHaveLength(1);
    expect(world.log.writes).toEqual(["iam.attachPolicy", "iam.putInlinePolicy"]);
  });

  it("is looked at by the edit alone where one goes before, and not at all where the plan makes it", async () => {
    const world = aWorld().withProvider();
    const { changes } = await planIn(world, aDesire({ role: ROLE }));
    world.log.clear();
    await applyTo(world, changes);
    expect(world.log.calls.filter(({ name }) => name === "iam.getRole")).toHaveLength(0);
    const edits = (await planIn(world, more)).changes;
    world.log.clear();
    await applyTo(world, edits);
    const kinds = edits.map(({ kind }) => kind);
    expect(kinds).toEqual(["edit-role", "attach-policy", "detach-policy", "edit-role"]);
    // Each edit of the ownership tags reads before its write and after it.
    expect(world.log.calls.filter(({ name }) => name === "iam.getRole")).toHaveLength(4);
  });
});
