import { listOf, type Statement } from "../../src/model/trust-policy/document.ts";
import { describe, expect, it } from "vitest";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { roleOwnershipTags } from "../../src/model/ownership-tags.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { observeListing, type ListingScope } from "../../src/service-account/list/observe.ts";
import { serviceAccountRows } from "../../src/service-account/list/rows.ts";
import {
  aDesire,
  aServiceAccount,
  CLOUDWATCH,
  existing,
  INLINE,
  managed,
  ownPolicy,
  ownRole,
  S3_READ,
} from "../fakes/values.ts";
import { bringAbout } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const PATH = "amazon-cloudwatch/cloudwatch-agent";

async function list(world: World, scope: ListingScope = {}) {
  const ports = { ...world.aws, kubernetes: world.kubernetes };
  return serviceAccountRows(await observeListing(scope, world.cluster, ports));
}

async function settled(desired = aDesire()): Promise<World> {
  const world = aWorld().withProvider().withPolicy(ownPolicy("edge"));
  await bringAbout(world, desired);
  world.log.clear();
  return world;
}

const trust = (world: World) => world.trustOf(aDesire());

const STRANGER: Statement = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::444455556666:root" },
  Action: "sts:AssumeRole",
};

describe("accounts with their roles", () => {
  it("all that there is to know, and nothing of ServiceAccounts without a role", async () => {
    const role = managed({
      policies: [CLOUDWATCH, S3_READ],
      inline: INLINE,
      boundary: ownPolicy("edge"),
      maxSessionSeconds: 7200,
    });
    const world = (await settled(aDesire({ role }))).withServiceAccount("shop/plain");
    expect(await list(world)).toEqual([
      {
        serviceAccount: aServiceAccount(PATH),
        origin: "created",
        role: world.roleOf(aDesire()),
        managedBy: "irsa",
        roleOrigin: "created",
        way: "irsa",
        audience: "sts.amazonaws.com",
        policies: [CLOUDWATCH, S3_READ],
        inlinePolicies: ["irsa"],
        settings: {
          boundary: ownPolicy("edge"),
          description: "IRSA role of amazon-cloudwatch/cloudwatch-agent in eks-work-cluster",
          maxSessionSeconds: 7200,
        },
        state: "in-sync",
        drift: [],
      },
    ]);
  });

  it.each<readonly [string, (world: World) => Record<string, string>, object]>([
    [
      "adopted by irsa",
      (world) => roleOwnershipTags(world.cluster, aDesire().serviceAccount, "adopted", []),
      { managedBy: "irsa", roleOrigin: "adopted" },
    ],
    ["eksctl's", () => ({ "alpha.eksctl.io/cluster-name": "c" }), { managedBy: "eksctl" }],
    ["foreign", () => ({ team: "a" }), { managedBy: "unmanaged" }],
    [
      "irsa's for another ServiceAccount",
      (world) => roleOwnershipTags(world.cluster, aServiceAccount("a/b"), "created", []),
      { managedBy: "unmanaged" },
    ],
  ])("what manages a role: %s", async (_name, tags, manager) => {
    const world = aWorld().withProvider();
    world.withRole(ownRole("agent"), { trust: trust(world), tags: tags(world) });
    world.withServiceAccount(PATH, { annotations: { [ROLE_ANNOTATION]: ownRole("agent") } });
    const row = (await list(world)).find(({ serviceAccount }) => serviceAccount.name === "cloudwatch-agent");
    expect(row).toMatchObject({ ...manager, origin: "unmanaged", state: "in-sync" });
  });

  it("in a namespace, by a name, and sorted", async () => {
    const world = await settled();
    for (const path of ["b/one", "a/two", "a/one"])
      world.withServiceAccount(path, { annotations: { [ROLE_ANNOTATION]: world.roleOf(aDesire()) } });
    const paths = async (scope: ListingScope) =>
      (await list(world, scope)).map(
        ({ serviceAccount }) => `${serviceAccount.namespace}/${serviceAccount.name}`,
      );
    expect(await paths({})).toEqual(["a/one", "a/two", PATH, "b/one"]);
    expect(await paths({ namespace: aServiceAccount("a/x").namespace })).toEqual(["a/one", "a/two"]);
    expect(await paths({ name: aServiceAccount("x/one").name })).toEqual(["a/one", "b/one"]);
  });
});

it("of roles that no ServiceAccount names, those of the scope alone are read", async () => {
  const world = aWorld().withProvider();
  for (const path of ["a/one", "a/two", "b/one"]) {
    const serviceAccount = aServiceAccount(path);
    const tags = roleOwnershipTags(world.cluster, serviceAccount, "created", []);
    world.withRole(ownRole(path.replace("/", "-")), { trust: world.trustOf({ serviceAccount }), tags });
  }
  const { namespace, name } = aServiceAccount("a/one");
  expect(await list(world, { namespace, name })).toMatchObject([
    { serviceAccount: { namespace, name }, origin: "absent" },
  ]);
  expect(world.log.calls.filter(({ name: call }) => call === "iam.getRole")).toHaveLength(1);
});

describe("what has drifted", () => {
  it.each<readonly [string, (world: World) => unknown, readonly string[]]>([
    ["nothing", () => undefined, []],
    ["the ServiceAccount was deleted", (world) => world.api.serviceAccounts.delete(PATH), ["account-gone"]],
    [
      "the annotation was removed",
      (world) => world.editServiceAccount(PATH, () => ({ annotations: { "irsa/account": "created" } })),
      ["annotation-missing"],
    ],
    [
      "the annotation names another role",
      (world) => {
        world.withRole(ownRole("other"), { trust: trust(world) });
        world.editServiceAccount(PATH, () => ({ annotations: { [ROLE_ANNOTATION]: ownRole("other") } }));
      },
      ["annotation-other"],
    ],
    [
      "the annotation is nonsense",
      (world) => world.editServiceAccount(PATH, () => ({ annotations: { [ROLE_ANNOTATION]: "agent" } })),
      ["bad-annotation"],
    ],
    [
      "the annotation leaves out the path",
      (world) => {
        world.withRole(ownRole("team/agent"), { trust: trust(world) });
        world.editServiceAccount(PATH, () => ({ annotations: { [ROLE_ANNOTATION]: ownRole("agent") } }));
      },
      ["annotation-path"],
    ],
    ["the role was deleted", (world) => world.iam.roles.clear(), ["role-gone"]],
    [
      "the trust policy was written again",
      (world) =>
        world.editRole(world.roleOf(aDesire()), ({ role }) => ({
          role: { ...role, trust: trustPolicy([]) },
        })),
      ["trust-refuses"],
    ],
    [
      "someone else was let in",
      (world) =>
        world.editRole(world.roleOf(aDesire()), ({ role }) => ({
          role: { ...role, trust: trustPolicy([...listOf(role.trust.Statement), STRANGER]) },
        })),
      ["role-shared"],
    ],
    [
      "another role claims the ServiceAccount",
      (world) =>
        world.withRole(ownRole("zz-rival"), {
          trust: world.trustOf(aDesire()),
          tags: world.ownershipTagsOf(aDesire()),
        }),
      ["two-roles"],
    ],
    [
      "a policy was detached",
      (world) => world.editRole(world.roleOf(aDesire()), () => ({ attached: [S3_READ] })),
      ["attachment-gone"],
    ],
    ["the provider was deleted", (world) => world.iam.providers.clear(), ["provider-missing"]],
    [
      "the provider lost the audience",
      (world) => world.withProvider({ clientIds: ["x"] }),
      ["audience-missing"],
    ],
    [
      "the ServiceAccount asks for another audience",
      (world) =>
        world.editServiceAccount(PATH, ({ annotations }) => ({
          annotations: { ...annotations, [AUDIENCE_ANNOTATION]: "app" },
        })),
      ["trust-refuses", "audience-missing"],
    ],
  ])("%s", async (_name, happen, codes) => {
    const world = await settled();
    happen(world);
    const rows = await list(world);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.drift.map(({ code }) => code)).toEqual(codes);
    expect(rows[0]?.state).toBe(codes.length === 0 ? "in-sync" : "drifted");
  });

  it("counts the policies that are gone, whose names their ownership tags don't tell", async () => {
    const world = await settled(aDesire({ role: managed({ policies: [CLOUDWATCH, S3_READ] }) }));
    world.editRole(world.roleOf(aDesire()), () => ({ attached: [] }));
    expect((await list(world))[0]?.drift[0]?.message).toContain(
      "2 policies that the ownership tags record are not attached",
    );
  });
});

describe("what can't be read", () => {
  it.each(["iam.getRole", "iam.listAttachedPolicies", "iam.listInlinePolicies"])(
    "is a row that says so, beside the others: %s",
    async (name) => {
      const world = await settled();
      world.withRole(ownRole("one"), { trust: world.trustOf({ serviceAccount: aServiceAccount("a/one") }) });
      world.withServiceAccount("a/one", { annotations: { [ROLE_ANNOTATION]: ownRole("one") } });
      world.log.fail(name);
      const rows = await list(world);
      expect(rows.map(({ state }) => state).toSorted()).toEqual(["in-sync", "unknown"]);
      expect(rows.find(({ state }) => state === "unknown")?.unknown).toContain("can't be reached");
    },
  );

  it("a role of another AWS account is not looked at", async () => {
    const world = aWorld().withProvider();
    const elsewhere = "arn:aws:iam::999988887777:role/agent";
    world.withServiceAccount(PATH, { annotations: { [ROLE_ANNOTATION]: elsewhere } });
    expect(await list(world)).toMatchObject([
      { role: elsewhere, state: "unknown", unknown: "the role is in AWS account 999988887777" },
    ]);
    expect(world.log.calls.map(({ name }) => name)).not.toContain("iam.getRole");
  });

  it("roles that can't be listed leave out those whose ServiceAccount is gone, and nothing else", async () => {
    const world = await settled();
    world.log.deny("iam.listRoles");
    expect(await list(world)).toMatchObject([{ state: "in-sync" }]);
  });

  it("a provider that can't be read leaves the state open, unless something has drifted", async () => {
    const world = await settled();
    world.log.deny("iam.getProvider");
    expect(await list(world)).toMatchObject([
      { state: "unknown", managedBy: "irsa", roleOrigin: "created", policies: [CLOUDWATCH] },
    ]);
    world.iam.roles.clear();
    expect(await list(world)).toMatchObject([{ state: "drifted" }]);
  });
});

it("reads each role once, whoever names it, and a few at a time", async () => {
  const world = aWorld()
    .withProvider()
    .withRole(ownRole("shared"), { trust: trust(aWorld()) });
  for (let i = 0; i < 40; i += 1)
    world.withServiceAccount(`a/n${i}`, { annotations: { [ROLE_ANNOTATION]: ownRole("shared") } });
  const { length } = await list(world);
  expect(length).toBe(40);
  expect(world.log.calls.filter(({ name }) => name === "iam.getRole")).toHaveLength(1);
});

it.each([
  ["in one list, where that is permitted", false, 0],
  ["each by itself otherwise", true, 30],
])("many roles are read %s", async (_name, denied, reads) => {
  const world = aWorld().withProvider();
  for (let i = 0; i < 30; i += 1) {
    const serviceAccount = aServiceAccount(`a/n${i}`);
    const [arn, tags] = [
      ownRole(`r${i}`),
      roleOwnershipTags(world.cluster, serviceAccount, "created", [S3_READ]),
    ];
    const inline = { irsa: INLINE };
    world.withRole(arn, { trust: world.trustOf({ serviceAccount }), tags }, { attached: [S3_READ], inline });
    world.withServiceAccount(`a/n${i}`, { annotations: { [ROLE_ANNOTATION]: arn } });
  }
  if (denied) world.log.deny("iam.listRolesInFull");
  const rows = await list(world);
  expect(rows).toHaveLength(30);
  for (const row of rows)
    expect(row).toMatchObject({
      state: "in-sync",
      managedBy: "irsa",
      roleOrigin: "created",
      policies: [S3_READ],
      inlinePolicies: ["irsa"],
    });
  expect(world.log.calls.filter(({ name }) => name === "iam.getRole")).toHaveLength(reads);
});

it("a ServiceAccount that points to a role that is not irsa's is listed with what it may", async () => {
  const world = aWorld().withProvider();
  world.withRole(ownRole("legacy"), { trust: trust(world) }, { attached: [S3_READ] });
  await bringAbout(world, aDesire({ role: existing(ownRole("legacy")) }));
  expect(await list(world)).toMatchObject([
    { origin: "created", managedBy: "unmanaged", policies: [S3_READ], state: "in-sync" },
  ]);
});

describe("a ServiceAccount with a Pod Identity association", () => {
  const byAssociation = aDesire({ podIdentity: { withoutSessionTags: false } });
  const made = async (): Promise<World> => {
    const world = aWorld();
    await bringAbout(world, byAssociation);
    return world;
  };

  it("that irsa made is in sync, with neither annotation nor provider", async () => {
    const world = await made();
    expect(await list(world)).toMatchObject([
      {
        serviceAccount: aServiceAccount(PATH),
        origin: "created",
        way: "pod-identity",
        audience: "pods.eks.amazonaws.com",
        role: world.association(PATH)?.roleArn,
        managedBy: "irsa",
        policies: [CLOUDWATCH],
        state: "in-sync",
        drift: [],
      },
    ]);
  });

  it("is listed whoever made it, and by the association's role, also where it is annotated", async () => {
    const world = await settled();
    world.withRole(ownRole("shop"), { trust: trustPolicy([STRANGER]) });
    world.withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: world.roleOf(aDesire()) } });
    world.withAssociation("shop/cart", ownRole("shop"));
    const rows = await list(world);
    expect(rows.find(({ serviceAccount }) => serviceAccount.name === "cart")).toMatchObject({
      way: "pod-identity",
      role: ownRole("shop"),
      managedBy: "unmanaged",
      drift: [{ code: "trust-refuses" }],
    });
  });

  it.each<readonly [string, (world: World) => unknown, string]>([
    ["its role is gone", (world) => world.iam.roles.clear(), "role-gone"],
    ["the ServiceAccount is gone", (world) => world.api.serviceAccounts.delete(PATH), "account-gone"],
    [
      "the association has another role",
      (world) => {
        world.withRole(ownRole("other"), { trust: trustPolicy([STRANGER]) });
        world.withAssociation(PATH, ownRole("other"));
      },
      "association-other",
    ],
    [
      "another role of the name is under another path",
      (world) => world.withAssociation(PATH, world.roleOf(byAssociation).replace(":role/", ":role/team/")),
      "role-gone",
    ],
  ])("has drifted where %s", async (_name, damage, code) => {
    const world = await made();
    damage(world);
    const [row] = await list(world);
    expect(row).toMatchObject({ way: "pod-identity", state: "drifted" });
    expect(row?.drift.map((one) => one.code)).toContain(code);
  });

  it("has drifted, and nothing but that, where the association was deleted", async () => {
    const world = await made();
    world.associations.clear();
    expect(await list(world)).toMatchObject([
      { way: "pod-identity", managedBy: "irsa", state: "drifted", drift: [{ code: "association-missing" }] },
    ]);
    world.api.serviceAccounts.delete(PATH);
    expect(await list(world)).toMatchObject([{ origin: "absent", drift: [{ code: "account-gone" }] }]);
  });

  it("that does not exist is listed, since whoever creates it gets the role", async () => {
    const world = aWorld().withRole(ownRole("shop"), { trust: trustPolicy([STRANGER]) });
    world.withAssociation("shop/cart", ownRole("shop"));
    expect(await list(world)).toMatchObject([{ origin: "absent", role: ownRole("shop"), state: "drifted" }]);
  });

  it("is unknown where associations can't be read; one with an annotation is judged by it", async () => {
    const world = await made();
    world.log.deny("eks.describePodIdentities");
    expect(await list(world)).toMatchObject([{ state: "unknown" }]);
    const annotated = await settled();
    annotated.log.deny("eks.describePodIdentities");
    expect(await list(annotated)).toMatchObject([{ way: "irsa", state: "in-sync" }]);
  });
});
