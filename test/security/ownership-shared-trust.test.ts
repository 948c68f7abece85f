import { expect } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { listOf } from "../../src/model/trust-policy/document.ts";
import { podIdentityStatement, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import { aDesire, aRoleName, aServiceAccount, managed, ownRole, S3_READ } from "../fakes/values.ts";
import { aRemoval, bringAbout, changeOf, kindsOf, removalIn, stopOf, updateIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const EVIL = aServiceAccount("tenant/evil");
const SHARED = ownRole("platform-shared");
const CUSTOM = managed({ name: aRoleName("cart-role"), policies: [S3_READ] });

/** Trust policies that allow the ServiceAccount, as they allow many others, and name nobody or someone else. */
const OPEN: readonly (readonly [string, (world: World) => readonly Statement[]])[] = [
  ["that pins the cluster alone", ({ cluster }) => [clusterOnly(cluster)]],
  [
    "that pins the cluster alone, under a Sid of irsa's for another ServiceAccount",
    ({ cluster }) => [podIdentityStatement(podIdentityGrantFor(cluster, aServiceAccount("shop/till"), true))],
  ],
  ["for every ServiceAccount of the cluster", (world) => [tokens(world, "system:serviceaccount:*:*")]],
  ["for every ServiceAccount of the namespace", (world) => [tokens(world, "system:serviceaccount:tenant:*")]],
  [
    "for ServiceAccounts with the same prefix",
    (world) => [tokens(world, "system:serviceaccount:tenant:evil*")],
  ],
  ["that pins no subject", (world) => [tokens(world)]],
];

function clusterOnly(cluster: World["cluster"]): Statement {
  const { Sid: _, ...statement } = podIdentityStatement(podIdentityGrantFor(cluster, EVIL, true));
  return statement;
}

function tokens(world: World, subject?: string): Statement {
  const [statement] = listOf(world.trustOf({ serviceAccount: EVIL }).Statement);
  if (statement === undefined) throw new Error("no statement");
  const { StringEquals = {} } = statement.Condition ?? {};
  const pinned = Object.entries(StringEquals).filter(([key]) => key.endsWith(":aud"));
  const key = Object.keys(StringEquals).find((one) => one.endsWith(":sub")) ?? "";
  return {
    ...statement,
    Condition: {
      StringEquals: Object.fromEntries(pinned),
      ...(subject !== undefined && { StringLike: { [key]: subject } }),
    },
  };
}

/** A role that many share, with irsa's tags for one of them, which both ways lead to. */
function forged(statements: (world: World) => readonly Statement[]): World {
  const world = aWorld().withProvider();
  const tags = { ...world.ownershipTagsOf({ serviceAccount: EVIL }), "irsa/origin": "created" };
  return world
    .withRole(SHARED, { trust: trustPolicy(statements(world)), tags }, { attached: [S3_READ] })
    .withServiceAccount("tenant/evil", { annotations: { [ROLE_ANNOTATION]: SHARED } })
    .withAssociation("tenant/evil", SHARED, { tags });
}

for (const [what, statements] of OPEN)
  attack(
    "other IAM user",
    `C1 variant: ownership tags on a role that many share, by a trust policy ${what}`,
    {
      attack: async () => {
        const shorter = updateIn(forged(statements), {
          serviceAccount: EVIL,
          maxSessionSeconds: 3600 * 2,
        });
        expect(await stopOf(shorter)).toMatchObject({ kind: "refused" });
        const fewer = { policies: { kind: "some", add: [], remove: [S3_READ] } } as const;
        expect(await stopOf(updateIn(forged(statements), { serviceAccount: EVIL, ...fewer }))).toMatchObject({
          code: "foreign-role",
        });
        const world = forged(statements);
        const removal = await removalIn(world, aRemoval({ serviceAccount: EVIL }));
        // The forged tags alone go.
        const onRole = removal.changes.filter(({ kind }) => /role|policy/.test(kind));
        expect(onRole).toMatchObject([{ kind: "edit-role", arn: SHARED }]);
        expect(changeOf(removal, "edit-role").trust).toBeUndefined();
      },
      twin: async () => {
        for (const podIdentity of [undefined, { withoutSessionTags: false }, { withoutSessionTags: true }]) {
          const world = aWorld().withProvider();
          const way = podIdentity === undefined ? {} : { podIdentity };
          await bringAbout(world, aDesire({ serviceAccount: EVIL, role: CUSTOM, ...way }));
          const fewer = { policies: { kind: "some", add: [], remove: [S3_READ] } } as const;
          expect(kindsOf(await updateIn(world, { serviceAccount: EVIL, ...fewer }))).toContain(
            "detach-policy",
          );
          const removal = await removalIn(world, aRemoval({ serviceAccount: EVIL }));
          expect(kindsOf(removal)).toContain("delete-role");
        }
      },
    },
  );

attack(
  "other IAM user",
  "C1 variant: ownership tags for one ServiceAccount on another's role without session tags",
  {
    attack: async () => {
      const world = aWorld().withProvider();
      const till = aServiceAccount("shop/till");
      await bringAbout(
        world,
        aDesire({ serviceAccount: till, role: CUSTOM, podIdentity: { withoutSessionTags: true } }),
      );
      const role = ownRole("cart-role");
      world.editRole(role, (found) => ({
        role: { ...found.role, tags: world.ownershipTagsOf({ serviceAccount: EVIL }) },
      }));
      world.withServiceAccount("tenant/evil").withAssociation("tenant/evil", role);
      const fewer = { policies: { kind: "some", add: [], remove: [S3_READ] } } as const;
      expect(await stopOf(updateIn(world, { serviceAccount: EVIL, ...fewer }))).toMatchObject({
        kind: "refused",
      });
    },
    twin: async () => {
      const world = aWorld().withProvider();
      const desire = aDesire({
        serviceAccount: EVIL,
        role: CUSTOM,
        podIdentity: { withoutSessionTags: true },
      });
      await bringAbout(world, desire);
      const narrower = { serviceAccount: EVIL, association: { withoutSessionTags: false } };
      expect(kindsOf(await updateIn(world, narrower))).toEqual(["update-pod-identity", "edit-role"]);
    },
  },
);
