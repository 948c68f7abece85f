import { expect } from "vitest";
import type { RoleName } from "../../src/model/role-name.ts";
import { fromOperator } from "../../src/model/source.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { podIdentityStatement, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import { CART, eksctlAssociationTags, OPEN_TO_PODS, withEksctlAssociation } from "../fakes/eksctl-account.ts";
import { aDesire, aServiceAccount, ownRole, S3_READ } from "../fakes/values.ts";
import { adoptionIn, applyAll, stopOf, updateIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const EVIL = "evil/agent";
const COMPANY = ownRole("company");

/** A role of the company's for Pod Identity, as AWS's examples have it. */
function company(tags: Readonly<Record<string, string>> = {}): World {
  return aWorld()
    .withRole(COMPANY, { trust: trustPolicy([OPEN_TO_PODS]), tags })
    .withServiceAccount(EVIL);
}

async function refused(world: World, path: string, code: string): Promise<void> {
  expect(await stopOf(adoptionIn(world, path))).toMatchObject({ code });
  expect(world.log.writes).toEqual([]);
}

attack(
  "other IAM user",
  "an association alone has a role of the company's adopted for their ServiceAccount",
  {
    attack: async () => {
      await refused(company().withAssociation(EVIL, COMPANY), EVIL, "role-unproven");
    },
    twin: async () => {
      const world = company().withAssociation(EVIL, COMPANY);
      const roleName = fromOperator("company" as RoleName);
      await applyAll(world, (await adoptionIn(world, EVIL, false, { roleName })).changes);
      expect(world.role(COMPANY).role.tags["irsa/service-account"]).toBe("agent");
    },
  },
);

attack("other IAM user", "eksctl's tags alone have a role adopted that the association does not give", {
  attack: async () => {
    const world = company(eksctlAssociationTags(aWorld(), EVIL));
    await refused(world, EVIL, "not-annotated");
    await refused(world.withAssociation(EVIL, ownRole("other")), EVIL, "no-role");
  },
  twin: async () => {
    const world = company(eksctlAssociationTags(aWorld(), EVIL)).withAssociation(EVIL, COMPANY);
    await applyAll(world, (await adoptionIn(world, EVIL)).changes);
  },
});

attack("other IAM user", "a second association has the role of another ServiceAccount adopted for theirs", {
  attack: async () => {
    const world = aWorld().withServiceAccount(EVIL);
    const arn = withEksctlAssociation(world, CART);
    world.withAssociation(EVIL, arn);
    await refused(world, EVIL, "role-of-another");
    // Retagged, the other association still speaks for the ServiceAccount that had it.
    world.editRole(arn, ({ role }) => ({
      role: { ...role, tags: { ...role.tags, ...eksctlAssociationTags(world, EVIL) } },
    }));
    await refused(world, EVIL, "role-shared");
  },
  twin: async () => {
    const world = aWorld();
    withEksctlAssociation(world, CART);
    await applyAll(world, (await adoptionIn(world, CART)).changes);
  },
});

attack(
  "other IAM user",
  "irsa's tags on a role make the other users of an open trust policy count for nothing",
  {
    attack: async () => {
      const tags = aWorld().ownershipTagsOf(aDesire({ serviceAccount: aServiceAccount(EVIL) }));
      const world = company(tags).withAssociation(EVIL, COMPANY).withAssociation(CART, COMPANY);
      await refused(world, EVIL, "role-shared");
      world.associations.delete(CART);
      await refused(world, EVIL, "role-unproven");
    },
    twin: async () => {
      const world = company();
      const grant = podIdentityGrantFor(world.cluster, aServiceAccount(EVIL));
      world.editRole(COMPANY, ({ role }) => ({
        role: { ...role, trust: trustPolicy([podIdentityStatement(grant)]) },
      }));
      await applyAll(world.withAssociation(EVIL, COMPANY), (await adoptionIn(world, EVIL)).changes);
    },
  },
);

attack(
  "other IAM user",
  "an adopted role whose open trust policy lets other clusters use it is given policies",
  {
    attack: async () => {
      const world = aWorld();
      withEksctlAssociation(world, CART);
      await applyAll(world, (await adoptionIn(world, CART)).changes);
      const policies = { kind: "some", add: [S3_READ], remove: [] } as const;
      const update = updateIn(world, { serviceAccount: aServiceAccount(CART), policies });
      expect(await stopOf(update)).toMatchObject({ code: "role-shared" });
    },
    twin: async () => {
      const world = aWorld();
      const arn = withEksctlAssociation(world, CART);
      await applyAll(world, (await adoptionIn(world, CART, false, { restrictTrust: true })).changes);
      const policies = { kind: "some", add: [S3_READ], remove: [] } as const;
      await applyAll(
        world,
        (await updateIn(world, { serviceAccount: aServiceAccount(CART), policies })).changes,
      );
      expect(world.role(arn).attached).toContain(S3_READ);
    },
  },
);

attack("other IAM user", "an association whose session tags they disabled has the whole cluster allowed", {
  attack: async () => {
    const world = aWorld();
    withEksctlAssociation(world, CART, { facts: { withoutSessionTags: true } });
    await refused(world, CART, "session-tags-disabled");
  },
  twin: async () => {
    const world = aWorld();
    withEksctlAssociation(world, CART, { facts: { withoutSessionTags: true } });
    await applyAll(world, (await adoptionIn(world, CART, false, { withoutSessionTags: true })).changes);
  },
});

attack("cluster tenant", "an annotation has a role adopted in place of the association's", {
  attack: async () => {
    const world = company(eksctlAssociationTags(aWorld(), EVIL));
    const own = withEksctlAssociation(world, EVIL);
    world.editServiceAccount(EVIL, () => ({ annotations: { [ROLE_ANNOTATION]: COMPANY } }));
    const { changes, role } = await adoptionIn(world, EVIL);
    expect(role).toBe(own);
    await applyAll(world, changes);
    expect(world.role(COMPANY).role.tags).not.toHaveProperty(["irsa/managed-by"]);
  },
  twin: async () => {
    const world = aWorld();
    const own = withEksctlAssociation(world, EVIL);
    expect(await adoptionIn(world, EVIL)).toMatchObject({ role: own });
  },
});
