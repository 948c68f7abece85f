import { expect } from "vitest";
import { podIdentityStatement, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { aServiceAccount, ownRole } from "../fakes/values.ts";
import type { World } from "../fakes/world.ts";
import { applyFix } from "../verification/apply-fix.ts";
import { associate, associatedShop, podsTrust, trusting } from "../verification/associated.ts";
import { CART, ROLE, verified } from "../verification/healthy.ts";
import { attack } from "./attack.ts";

const GRANT = { serviceAccount: aServiceAccount(CART) };
const FIX = ["irsa", "verify", CART, "--fix", "--approve"] as const;

/** What a fix of a chain by Pod Identity may change. */
function state({ iam, associations, associationFacts }: World): string {
  return JSON.stringify([...iam.roles, ...associations, ...associationFacts]);
}

async function expectLeft(world: World): Promise<void> {
  expect((await verified(world)).verdict).toBe("broken");
  const before = state(world);
  await applyFix(world, FIX);
  expect(state(world)).toBe(before);
}

/** Trust policies that keep the ServiceAccount out, beside or without a statement of irsa's shape. */
function closed(world: World): PolicyDocument[] {
  const ours = podIdentityStatement(podIdentityGrantFor(world.cluster, GRANT.serviceAccount));
  const deny = { ...ours, Effect: "Deny" as const };
  return [podsTrust({}, []), podsTrust({ "aws:SourceAccount": "999999999999" }), trustPolicy([ours, deny])];
}

/** A shop whose cart has a role that irsa manages, by Pod Identity. */
function ownShop(): World {
  const world = associatedShop();
  const role = world.roleOf(GRANT);
  world.withRole(role, { trust: podsTrust(), tags: world.ownershipTagsOf(GRANT) });
  world.associations.set(CART, role);
  return world;
}

const twin = async (): Promise<void> => {
  const world = ownShop();
  trusting(world, world.trustOf(GRANT), world.roleOf(GRANT));
  await applyFix(world, FIX);
  expect((await verified(world)).verdict).toBe("works");
};

attack(
  "other IAM user",
  "C1 variant: ownership tags on the role of an association, and on the association, open the role by verify --fix",
  {
    attack: async () => {
      for (const trust of closed(associatedShop())) {
        const world = associatedShop();
        const tags = world.ownershipTagsOf(GRANT);
        world.editRole(ROLE, ({ role }) => ({ role: { ...role, tags } }));
        associate(world, { tags });
        trusting(world, trust);
        await expectLeft(world);
      }
    },
    twin,
  },
);

attack(
  "other IAM user",
  "an association with ownership tags, and a role that is gone, is changed by verify --fix",
  {
    attack: async () => {
      const world = associatedShop();
      associate(world, { tags: world.ownershipTagsOf(GRANT) });
      world.associations.set(CART, ownRole("gone"));
      await expectLeft(world);
    },
    twin: async () => {
      const world = ownShop();
      world.associations.set(CART, ownRole("gone"));
      await applyFix(world, FIX);
      expect((await verified(world)).verdict).toBe("works");
    },
  },
);

attack("other IAM user", "disabled session tags have verify --fix write a wider trust policy", {
  attack: async () => {
    const world = ownShop();
    associate(world, { withoutSessionTags: true });
    trusting(world, world.trustOf(GRANT), world.roleOf(GRANT));
    await expectLeft(world);
  },
  twin,
});
