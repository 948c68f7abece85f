import { expect } from "vitest";
import type { IamPort } from "../../src/aws/port.ts";
import type { RoleArn } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { TAG } from "../../src/model/ownership-tags.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { changesOf, type PlannedServiceAccount } from "../../src/service-account/fleet/plan.ts";
import { preparePrune } from "../../src/service-account/fleet/prune.ts";
import { aDesire, aServiceAccount, aRoleName, managed, ownRole, S3_READ } from "../fakes/values.ts";
import { applyAll, aRemoval, bringAbout, kindsOf, removalIn, stopOf, textOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const VICTIM = "search/index";
const TERRAFORM = ownRole("terraform-index");

const desire = (path: string, set: string, name?: string) =>
  aDesire({
    serviceAccount: aServiceAccount(path),
    role: managed({ exclusivePolicies: true, set, ...(name !== undefined && { name: aRoleName(name) }) }),
  });

/** Ten ServiceAccounts of the set `payments`, and one of the set `search`. */
async function twoSets(): Promise<World> {
  const world = aWorld().withProvider();
  for (let at = 0; at < 10; at++) await bringAbout(world, desire(`pay/a${at}`, "payments"));
  await bringAbout(world, desire(VICTIM, "search"));
  return world;
}

/** What irsa's tags would be on a role of the ServiceAccount, in a set. */
function forgedTags(world: World, path: string, set: string): Readonly<Record<string, string>> {
  return { ...world.ownershipTagsOf({ serviceAccount: aServiceAccount(path) }), [TAG.set]: set };
}

/** The prune of `payments` that keeps the ServiceAccounts from that number on. */
function prune(world: World, from: number): Promise<readonly PlannedServiceAccount[]> {
  const stay = Array.from({ length: 10 - from }, (_, at) => aServiceAccount(`pay/a${at + from}`));
  const { cluster, kubernetes } = world;
  const terms = { set: "payments", stay, most: undefined, clusterFlags: [] };
  return preparePrune(terms, cluster, { iam: world.aws.iam, eks: world.aws.eks, kubernetes });
}

function expectNothing(rows: readonly PlannedServiceAccount[], code: string): void {
  expect(rows.flatMap(changesOf)).toEqual([]);
  expect(rows.map((row) => row.state === "failed" && row.failure.code)).toEqual([code]);
}

attack("other IAM user", "prune: a role with forged tags names a ServiceAccount of another set", {
  attack: async () => {
    const world = await twoSets();
    world.withRole(ownRole("dev"), { trust: trustPolicy([]), tags: forgedTags(world, VICTIM, "payments") });
    world.withServiceAccount("dev/pointer", { annotations: { [ROLE_ANNOTATION]: ownRole("dev") } });
    expectNothing(await prune(world, 0), "two-roles");
    const alone = await twoSets();
    alone.iam.roles.delete(alone.role(alone.roleOf({ serviceAccount: aServiceAccount(VICTIM) })).role.name);
    alone.withRole(ownRole("dev"), { trust: trustPolicy([]), tags: forgedTags(alone, VICTIM, "payments") });
    alone.withServiceAccount("dev/pointer", { annotations: { [ROLE_ANNOTATION]: ownRole("dev") } });
    expectNothing(await prune(alone, 0), "role-unproven");
  },
  twin: async () => {
    const world = await twoSets();
    const rows = await prune(world, 1);
    await applyAll(world, rows.flatMap(changesOf));
    expect(world.api.serviceAccounts.has("pay/a0")).toBe(false);
    expect(world.api.serviceAccounts.has(VICTIM)).toBe(true);
  },
});

attack(
  "other IAM user",
  "prune variant: forged tags on a role that trusts a ServiceAccount with another role",
  {
    attack: async () => {
      const world = await twoSets();
      const serviceAccount = aServiceAccount("shop/cart");
      // Made by irsa, and given another role by its owner since.
      await bringAbout(world, desire("shop/cart", "shop", "cart"));
      world.withRole(ownRole("second"), { trust: world.trustOf({ serviceAccount }) });
      world.editRole(ownRole("cart"), ({ role }) => ({ role: { ...role, tags: {} } }));
      world.editRole(ownRole("second"), ({ role }) => ({
        role: { ...role, tags: forgedTags(world, "shop/cart", "payments") },
      }));
      expectNothing(await prune(world, 0), "role-unproven");
      // With the operator's word the role goes; the ServiceAccount uses another and stays.
      const plan = await removalIn(world, aRemoval({ serviceAccount, roleName: aRoleName("second") }));
      expect(kindsOf(plan)).toEqual(["delete-role"]);
      expect(plan).toMatchObject({ serviceAccountFate: "kept", notes: [{ code: "annotated-other" }] });
    },
    twin: async () => {
      const world = await twoSets();
      await bringAbout(world, desire("shop/cart", "payments", "cart"));
      const rows = await prune(world, 0);
      expect(rows.map(({ state }) => state)).toEqual(["pruned"]);
      expect(rows.flatMap(changesOf).map(({ kind }) => kind)).toContain("delete-service-account");
    },
  },
);

attack("other IAM user", "prune variant: a role with forged tags is gone once it was listed", {
  attack: async () => {
    const serviceAccount = aServiceAccount(VICTIM);
    const world = await twoSets();
    world.editRole(world.roleOf({ serviceAccount }), ({ role }) => ({ role: { ...role, tags: {} } }));
    world.withRole(ownRole("dev"), {
      trust: world.trustOf({ serviceAccount }),
      tags: forgedTags(world, VICTIM, "payments"),
    });
    world.aws.iam.getRole = vanishing(world, "dev");
    const rows = await prune(world, 0);
    expect(rows.flatMap(changesOf)).toEqual([]);
    expect(rows).toMatchObject([
      { state: "pruned", removal: { serviceAccountFate: "kept", notes: [{ code: "annotated-other" }] } },
    ]);
    // Nor where the operator names a role that is not there.
    for (const name of ["dev", "devv"]) {
      const plan = await removalIn(world, aRemoval({ serviceAccount, roleName: aRoleName(name) }));
      expect(plan).toMatchObject({
        changes: [],
        serviceAccountFate: "kept",
        notes: [{ code: "annotated-other" }],
      });
    }
  },
  twin: async () => {
    const world = await twoSets();
    const { name } = world.role(world.roleOf({ serviceAccount: aServiceAccount("pay/a0") })).role;
    world.aws.iam.getRole = vanishing(world, name);
    expect((await prune(world, 1)).flatMap(changesOf).map(({ kind }) => kind)).toEqual([
      "delete-service-account",
    ]);
    const named = aRemoval({ serviceAccount: aServiceAccount("pay/a0"), roleName: aRoleName(name) });
    expect(kindsOf(await removalIn(world, named))).toEqual(["delete-service-account"]);
  },
});

/** IAM's roles, of which one is deleted once it was read. */
function vanishing(world: World, gone: string): IamPort["getRole"] {
  const getRole = world.aws.iam.getRole.bind(world.aws.iam);
  return async (name) => {
    const role = await getRole(name);
    if (name === gone) world.iam.roles.delete(gone.toLowerCase());
    return role;
  };
}

attack("other IAM user", "prune variant: forged tags make the set larger, so that more than a fifth may go", {
  attack: async () => {
    const world = await twoSets();
    for (let at = 0; at < 10; at++) {
      const role = ownRole(`dev${at}`);
      const path = `pay/a${at % 5 === 0 ? 9 : 8}`;
      world.withRole(role, { trust: trustPolicy([]), tags: forgedTags(world, path, "payments") });
      world.withServiceAccount(`dev/p${at}`, { annotations: { [ROLE_ANNOTATION]: role } });
    }
    const stop = await stopOf(prune(world, 3));
    expect(stop.code).toBe("prune-most");
    expect(stop.message).toContain("3 of 10 ");
  },
  twin: async () => {
    expect(await prune(await twoSets(), 2)).toHaveLength(2);
  },
});

/** Another tool's role: it has the very trust policy that irsa writes, and now irsa's tags. */
function retagged(
  origin: "created" | "adopted",
  annotations?: (role: RoleArn) => Record<string, string>,
): World {
  const world = aWorld().withProvider();
  const serviceAccount = aServiceAccount(VICTIM);
  const tags = { ...world.ownershipTagsOf({ serviceAccount }), [TAG.origin]: origin };
  world.withRole(TERRAFORM, { trust: world.trustOf({ serviceAccount }), tags }, { attached: [S3_READ] });
  return annotations === undefined
    ? world
    : world.withServiceAccount(VICTIM, { annotations: annotations(TERRAFORM) });
}

for (const [what, annotations] of [
  ["whose ServiceAccount is not irsa's", (role) => ({ [ROLE_ANNOTATION]: role })],
  ["whose ServiceAccount has another role", () => ({ [ROLE_ANNOTATION]: "", "irsa/account": "created" })],
  ["whose ServiceAccount is gone", undefined],
] as const satisfies readonly (readonly [string, ((role: RoleArn) => Record<string, string>) | undefined])[])
  attack("other IAM user", `deletion: forged tags on a role of another tool ${what}`, {
    attack: async () => {
      for (const [origin, deleteAdopted] of [
        ["created", false],
        ["created", true],
        ["adopted", true],
      ] as const) {
        const world = retagged(origin, annotations);
        const stop = await stopOf(
          removalIn(world, aRemoval({ serviceAccount: aServiceAccount(VICTIM), deleteAdopted })),
        );
        expect(stop).toMatchObject({ kind: "refused", code: "role-unproven" });
        expect(textOf(stop)).toContain("--role-name terraform-index");
      }
    },
    twin: async () => {
      const world = retagged("created", annotations);
      const named = aRemoval({
        serviceAccount: aServiceAccount(VICTIM),
        roleName: aRoleName("terraform-index"),
      });
      expect(kindsOf(await removalIn(world, named))).toContain("delete-role");
    },
  });

attack("other IAM user", "deletion: an adopted role is retagged as created by irsa", {
  attack: async () => {
    const world = retagged("created", (role) => ({ [ROLE_ANNOTATION]: role, "irsa/account": "adopted" }));
    const plan = await removalIn(world, aRemoval({ serviceAccount: aServiceAccount(VICTIM) }));
    expect(kindsOf(plan)).not.toContain("delete-role");
    expect(plan.role.fate).toBe("released");
  },
  twin: async () => {
    const world = retagged("adopted", (role) => ({ [ROLE_ANNOTATION]: role, "irsa/account": "adopted" }));
    const plan = await removalIn(
      world,
      aRemoval({ serviceAccount: aServiceAccount(VICTIM), deleteAdopted: true }),
    );
    expect(plan.role.fate).toBe("deleted");
    const made = aWorld().withProvider();
    await bringAbout(made, desire(VICTIM, "search", "custom"));
    expect((await removalIn(made, aRemoval({ serviceAccount: aServiceAccount(VICTIM) }))).role.fate).toBe(
      "deleted",
    );
  },
});
