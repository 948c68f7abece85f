import { describe, expect, it } from "vitest";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import {
  ORIGIN_ANNOTATION,
  MANAGED_BY_LABEL,
  roleOwnershipTags,
  TAG,
} from "../../src/model/ownership-tags.ts";
import { listOf, type Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import type { DesiredRemoval } from "../../src/service-account/delete/desired.ts";
import { aDesire, aRoleName, existing, managed, ownRole, EC2 } from "../fakes/values.ts";
import { aRemoval, bringAbout, changeOf, kindsOf, removalIn, stopOf, textOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const PATH = "amazon-cloudwatch/cloudwatch-agent";
const LEGACY = ownRole("legacy");
const LABEL = MANAGED_BY_LABEL;

async function settled(desired = aDesire()): Promise<World> {
  const world = aWorld()
    .withProvider()
    .withRole(LEGACY, { trust: trustPolicy([EC2]) });
  await bringAbout(world, desired);
  return world;
}

const plan = (world: World, changes: Partial<DesiredRemoval> = {}) => removalIn(world, aRemoval(changes));
const roleIn = (world: World) => world.role(world.roleOf(aDesire())).role;
const foreignRole = () => settled(aDesire({ role: existing(LEGACY), addTrust: true }));

/** The role trusts this besides the ServiceAccount. */
function alsoTrusts(world: World, ...statements: readonly Statement[]): void {
  world.editRole(world.roleOf(aDesire()), ({ role }) => ({
    role: { ...role, trust: { ...role.trust, Statement: [...listOf(role.trust.Statement), ...statements] } },
  }));
}

describe("a ServiceAccount that stays loses what is irsa's", () => {
  it("label, mark and annotations where irsa created it, and the plan says what they were", async () => {
    const world = await settled(aDesire({ labels: { team: "a" } }));
    const { annotations } = world.serviceAccount();
    const removal = await plan(world, { keepServiceAccount: true });
    expect(removal.serviceAccountFate).toBe("released");
    expect(changeOf(removal, "edit-service-account")).toMatchObject({
      role: world.roleOf(aDesire()),
      unsetLabels: [LABEL],
      unsetAnnotations: [ROLE_ANNOTATION, ORIGIN_ANNOTATION],
      before: {
        labels: { [LABEL]: "irsa" },
        annotations: {
          [ROLE_ANNOTATION]: annotations[ROLE_ANNOTATION],
          [ORIGIN_ANNOTATION]: annotations[ORIGIN_ANNOTATION],
        },
      },
    });
    expect(removal.notes).toEqual([]);
  });

  it("its audience too where it has one", async () => {
    const world = await settled();
    world.editServiceAccount(PATH, ({ annotations }) => ({
      annotations: { ...annotations, [AUDIENCE_ANNOTATION]: "x" },
    }));
    expect(
      changeOf(await plan(world, { keepServiceAccount: true }), "edit-service-account").unsetAnnotations,
    ).toEqual([ROLE_ANNOTATION, AUDIENCE_ANNOTATION, ORIGIN_ANNOTATION]);
  });

  it("not its label where it was adopted", async () => {
    const world = aWorld()
      .withProvider()
      .withServiceAccount(PATH, { labels: { team: "a" } });
    await bringAbout(world, aDesire({ adopt: true }));
    expect(changeOf(await plan(world), "edit-service-account")).toMatchObject({
      unsetLabels: [],
      unsetAnnotations: [ROLE_ANNOTATION, ORIGIN_ANNOTATION],
    });
  });

  it.each<readonly [string, Partial<DesiredRemoval>, readonly string[]]>([
    ["whether or not there is a role", {}, [ROLE_ANNOTATION, ORIGIN_ANNOTATION]],
    [
      "but not the annotation of another role than the one that is named",
      { roleName: aRoleName("legacy") },
      [ORIGIN_ANNOTATION],
    ],
  ])("%s", async (_what, changes, unset) => {
    const world = await settled();
    world.iam.roles.delete(roleIn(world).name.toLowerCase());
    const removal = await plan(world, { keepServiceAccount: true, ...changes });
    expect(changeOf(removal, "edit-service-account").unsetAnnotations).toEqual(unset);
  });

  it("the annotation of the role that is named, though it is gone", async () => {
    const world = await settled();
    const { name } = roleIn(world);
    world.iam.roles.delete(name.toLowerCase());
    const removal = await plan(world, { keepServiceAccount: true, roleName: aRoleName(name) });
    expect(changeOf(removal, "edit-service-account").unsetAnnotations).toEqual([
      ROLE_ANNOTATION,
      ORIGIN_ANNOTATION,
    ]);
  });

  it("the annotation of the role that is named", async () => {
    const world = await settled();
    const removal = await plan(world, { keepServiceAccount: true, roleName: aRoleName(roleIn(world).name) });
    expect(changeOf(removal, "edit-service-account").unsetAnnotations).toEqual([
      ROLE_ANNOTATION,
      ORIGIN_ANNOTATION,
    ]);
  });
});

describe("a ServiceAccount that is not irsa's", () => {
  const foreign = async (annotation: string, desired = aDesire({ roleOnly: true })) => {
    const world = await settled(desired);
    return world.withServiceAccount(PATH, { annotations: { [ROLE_ANNOTATION]: annotation } });
  };

  it("is told of where the role that it names is deleted", async () => {
    const world = await foreign(roleIn(await settled()).arn);
    expect((await plan(world)).notes.map(({ code }) => code)).toEqual(["annotation-stays"]);
    expect((await plan(world, { keepRole: true })).notes.map(({ code }) => code)).toEqual(["role-stays"]);
  });

  it("is left alone where it names a role that is not deleted, or none", async () => {
    const world = await foreign(LEGACY);
    const named = await plan(world, { roleName: aRoleName(roleIn(world).name) });
    expect([named.role.fate, named.notes]).toEqual(["deleted", []]);
    world.iam.roles.delete(roleIn(world).name.toLowerCase());
    world.iam.roles.delete("legacy");
    expect(await plan(world)).toMatchObject({
      changes: [],
      notes: [],
      role: { fate: "absent" },
      serviceAccountFate: "kept",
    });
  });
});

describe("a ServiceAccount that irsa created, whose role is gone", () => {
  const gone = async (annotation?: string) => {
    const world = await settled();
    world.iam.roles.delete(roleIn(world).name.toLowerCase());
    if (annotation !== undefined)
      world.editServiceAccount(PATH, ({ annotations }) => ({
        annotations: { ...annotations, [ROLE_ANNOTATION]: annotation },
      }));
    return world;
  };
  const named = { roleName: aRoleName("gone") };

  it.each<readonly [string, string | undefined, Partial<DesiredRemoval>]>([
    ["whatever its annotation names", undefined, {}],
    ["that its annotation names as the operator does", ownRole("path/gone"), named],
    ["without annotation", "", named],
  ])("is deleted: one %s", async (_which, annotation, changes) =>
    expect(await plan(await gone(annotation), changes)).toMatchObject({
      serviceAccountFate: "deleted",
      notes: [],
    }),
  );

  it.each([
    ["another role", ownRole("other")],
    ["a role of that name in another AWS account", "arn:aws:iam::999988887777:role/gone"],
    ["what is not a role", "gone"],
  ])("stays where its annotation names %s than the operator", async (_what, annotation) =>
    expect(await plan(await gone(annotation), named)).toMatchObject({
      changes: [],
      serviceAccountFate: "kept",
      notes: [{ code: "annotated-other" }],
    }),
  );
});

it.each([
  ["its tags", "adopted", "created"],
  ["its ServiceAccount", "created", "adopted"],
] as const)(
  "a role of another name is not deleted where only %s calls it adopted",
  async (_what, tag, mark) => {
    const world = await settled(aDesire({ role: managed({ name: aRoleName("mine") }) }));
    world.editRole(ownRole("mine"), ({ role }) => ({
      role: { ...role, tags: { ...role.tags, [TAG.origin]: tag } },
    }));
    world.editServiceAccount(PATH, ({ annotations }) => ({
      annotations: { ...annotations, [ORIGIN_ANNOTATION]: mark },
    }));
    const removal = await plan(world);
    expect(removal.role).toEqual({ arn: ownRole("mine"), fate: "released" });
    expect(kindsOf(removal)).not.toContain("delete-role");
  },
);

describe("pods lose their credentials", () => {
  it.each<readonly [string, () => Promise<World>, Partial<DesiredRemoval>, string]>([
    ["at once where the role goes", settled, {}, "at-once"],
    [
      "once their token ends where the ServiceAccount alone goes",
      settled,
      { keepRole: true },
      "at-token-end",
    ],
    [
      "once they restart where the ServiceAccount loses its annotation",
      settled,
      { keepRole: true, keepServiceAccount: true },
      "restart",
    ],
    [
      "never where nothing changes for them",
      async () => aWorld().withProvider().withServiceAccount(PATH),
      {},
      "never",
    ],
    ["never where there is nothing", async () => aWorld().withProvider(), {}, "never"],
    [
      "once their session ends where the role stays for others",
      async () => {
        const world = await settled();
        alsoTrusts(world, EC2);
        return world;
      },
      { keepServiceAccount: true },
      "at-renewal",
    ],
  ])("%s", async (_when, make, changes, loss) => expect((await plan(await make(), changes)).loss).toBe(loss));

  it("never by the role's tags alone", async () => {
    const world = await settled();
    const marks = roleOwnershipTags(world.cluster, aDesire().serviceAccount, "adopted", []);
    world.editRole(world.roleOf(aDesire()), ({ role }) => ({ role: { ...role, tags: marks } }));
    world.api.serviceAccounts.delete(PATH);
    const removal = await plan(world, { roleName: aRoleName(roleIn(world).name) });
    expect(removal).toMatchObject({
      loss: "never",
      serviceAccountFate: "absent",
      role: { fate: "released" },
    });
  });
});

describe("a role that stays", () => {
  it("as asked: nothing of it changes", async () => {
    const removal = await plan(await settled(), { keepRole: true, keepServiceAccount: true });
    expect(removal).toMatchObject({ role: { fate: "kept" }, notes: [{ level: "info", code: "role-stays" }] });
    expect(kindsOf(removal)).toEqual(["edit-service-account"]);
  });

  it.each([
    ["a statement in addition to irsa's", 1, true],
    ["2 statements in addition to irsa's", 2, true],
    ["a statement not created by irsa", 1, false],
    ["2 statements not created by irsa", 2, false],
  ])("for others says how many: %s", async (text, count, ours) => {
    const world = await settled();
    const others = [EC2, { ...EC2, Sid: "More" }].slice(0, count);
    if (ours) alsoTrusts(world, ...others);
    else
      world.editRole(world.roleOf(aDesire()), ({ role }) => ({
        role: { ...role, trust: trustPolicy(others) },
      }));
    const { notes } = await plan(world);
    expect(notes.map(({ message }) => message)).toEqual([expect.stringContaining(text)]);
  });

  it("because it is another's, is changed by --remove-trust alone", async () => {
    const world = await foreignRole();
    expect(await plan(world)).toMatchObject({ role: { fate: "kept" }, loss: "at-token-end" });
    const removal = await plan(world, { removeTrust: true });
    expect(removal).toMatchObject({ role: { fate: "released" }, loss: "at-renewal" });
    const edit = changeOf(removal, "edit-role");
    expect(edit).toHaveProperty("trust");
    expect(edit).not.toHaveProperty("unsetTags");
  });

  it("because it is another's, is not said to trust the ServiceAccount where it doesn't", async () => {
    const world = await foreignRole();
    world.editRole(LEGACY, ({ role }) => ({ role: { ...role, trust: trustPolicy([EC2]) } }));
    expect((await plan(world)).notes.map(({ code }) => code)).toEqual(["role-stays"]);
    expect(await plan(world, { removeTrust: true })).toMatchObject({ role: { fate: "kept" } });
  });

  it("because it is another's, can't lose its only statement, and is named", async () => {
    const world = await foreignRole();
    world.editRole(LEGACY, ({ role }) => ({ role: { ...role, trust: world.trustOf(aDesire()) } }));
    const stop = await stopOf(plan(world, { removeTrust: true }));
    expect(stop.detail.facts).toEqual([["role", LEGACY]]);
    expect(stop.detail.advice).toContain("--remove-trust");
    const kept = await plan(world);
    expect(kept.notes.map(({ level, code }) => `${level} ${code}`)).toEqual([
      "info role-stays",
      "info trust-stays",
    ]);
  });
});

describe("where roles can't be listed", () => {
  const unlisted = async (changes: Partial<DesiredRemoval> = {}, make = settled) => {
    const world = await make();
    world.log.deny("iam.listRoles");
    return (await plan(world, changes)).notes.map(({ level, code }) => `${level} ${code}`);
  };
  const nothing = async () => aWorld().withProvider();

  it("tells so where no role was found", async () => {
    expect(await unlisted({}, nothing)).toEqual(["warning roles-unlisted"]);
  });

  it("does not tell so where one was found, or none is to go", async () => {
    expect(await unlisted()).toEqual([]);
    expect(await unlisted({ keepRole: true }, nothing)).toEqual([]);
  });
});

it("a right that is missing is said with how to do without", async () => {
  const world = (await settled()).forbidding("delete serviceaccounts");
  expect(textOf(await stopOf(plan(world)))).toContain("--keep-service-account");
});

it("a role under another name is removed with what is attached to it", async () => {
  const world = await settled(aDesire({ role: managed({ name: aRoleName("mine") }) }));
  expect(kindsOf(await plan(world))).toEqual(["delete-service-account", "detach-policy", "delete-role"]);
});

it("a role that its tags alone call irsa's is named, with the command that deletes it", async () => {
  const world = await settled(aDesire({ role: managed({ name: aRoleName("mine") }) }));
  world.api.serviceAccounts.delete(PATH);
  const stop = await stopOf(plan(world));
  expect(stop.detail.facts).toEqual([["role", ownRole("mine")]]);
  expect(stop.detail.command?.join(" ")).toBe(
    "irsa delete-sa --cluster eks-work-cluster -n amazon-cloudwatch --name cloudwatch-agent --role-name mine",
  );
});
