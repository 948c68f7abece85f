import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { TAG } from "../../src/model/ownership-tags.ts";
import { worldFacts, worldFrom } from "../fakes/arbitrary.ts";
import type { RoleArn } from "../../src/model/arn.ts";
import { listOf, type PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { evaluateGrant, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { judgeGrant } from "../../src/model/trust-policy/judge.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import {
  CART,
  OPEN_TO_PODS,
  withEksctlAssociation,
  withEksctlServiceAccount,
  type EksctlTraits,
} from "../fakes/eksctl-account.ts";
import type { StoredRole } from "../fakes/iam.ts";
import { aServiceAccount, CLOUDWATCH, MORE, S3_READ } from "../fakes/values.ts";
import { adoptionIn, applyAll, aRemoval, removalIn, updateIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const AGENT = "amazon-cloudwatch/cloudwatch-agent";

/** A fleet's ServiceAccount in any of the shapes that eksctl, and those after it, leave it in. */
const traits: fc.Arbitrary<EksctlTraits> = fc.record(
  {
    attached: fc.subarray([CLOUDWATCH, S3_READ]),
    tags: fc.constantFrom({}, { team: "shop" }),
    stack: fc.record({
      isProtected: fc.boolean(),
      status: fc.constantFrom("CREATE_COMPLETE", "UPDATE_COMPLETE"),
    }),
    template: fc.subarray(["Role1", "Policy1", "PolicyAutoScaler"]).map((retained) => (usual: object) => {
      const { Resources, ...rest } = usual as { Resources: Record<string, object> };
      const some = Object.entries(Resources).map(([id, resource]) => [
        id,
        retained.includes(id) ? { ...resource, DeletionPolicy: "Retain" } : resource,
      ]);
      return JSON.stringify({ ...rest, Resources: Object.fromEntries(some) as object });
    }),
    withoutStack: fc.constantFrom(false, false, true),
  },
  { requiredKeys: [] },
);

/** A role without our ownership tags: what must be the same before and after. */
function unmarked({ role, ...rest }: StoredRole): object {
  const tags = Object.entries(role.tags).filter(([key]) => !key.startsWith("irsa/"));
  return { ...rest, role: { ...role, tags: Object.fromEntries(tags) } };
}

function rolesOf(world: World): object {
  return structuredClone(
    Object.fromEntries([...world.iam.roles].map(([name, role]) => [name, unmarked(role)])),
  );
}

function serviceAccountsOf(world: World): object {
  const serviceAccounts = [...world.api.serviceAccounts].map(([path, { annotations, labels }]) => {
    const { "irsa/account": _, ...others } = annotations;
    return [path, { labels, annotations: others }];
  });
  return structuredClone(Object.fromEntries(serviceAccounts) as object);
}

async function adopted(world: World, path: string, release: boolean): Promise<boolean> {
  try {
    await applyAll(world, (await adoptionIn(world, path, release)).changes);
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

describe("whatever is adopted, of whatever is there", () => {
  it("is as it was but for the ownership tags, and a second time there is nothing to do", async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(worldFacts, async (facts) => {
        const world = worldFrom(facts);
        const before = [rolesOf(world), serviceAccountsOf(world), structuredClone(world.iam.providers)];
        const isTaken = await adopted(world, AGENT, false);
        taken += isTaken ? 1 : 0;
        expect([rolesOf(world), serviceAccountsOf(world), world.iam.providers]).toEqual(before);
        const first = world.log.writes;
        world.log.clear();
        expect(await adopted(world, AGENT, false)).toBe(isTaken);
        expect(isTaken ? world.log.writes : [...first, ...world.log.writes]).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(5);
  });

  it("has no stack any more and all that the stack made, others' stacks and roles being as they were", async () => {
    await fc.assert(
      fc.asyncProperty(traits, fc.boolean(), async (shape, inTwoSteps) => {
        const world = aWorld().withProvider();
        const arn = withEksctlServiceAccount(world, CART, shape);
        withEksctlServiceAccount(world, "shop/till");
        const [roles, serviceAccounts] = [rolesOf(world), serviceAccountsOf(world)];
        const others = [...world.stacks.values()].filter(({ stack }) => stack.name.endsWith("till"));
        for (const release of inTwoSteps ? [false] : []) await adopted(world, CART, release);
        expect(await adopted(world, CART, true)).toBe(true);
        expect([rolesOf(world), serviceAccountsOf(world)]).toEqual([roles, serviceAccounts]);
        expect(world.role(arn).role.tags).not.toHaveProperty([TAG.releasing]);
        const left = [...world.stacks.values()].filter(({ stack }) => stack.status !== "DELETE_COMPLETE");
        expect(left).toEqual(others);
        expect((await adoptionIn(world, CART, true)).changes).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it("can be updated after that, and given back without a mark", async () => {
    await fc.assert(
      fc.asyncProperty(traits, async (shape) => {
        const world = aWorld().withProvider();
        const arn = withEksctlServiceAccount(world, CART, shape);
        const serviceAccount = aServiceAccount(CART);
        const inline = { set: MORE };
        expect(await adopted(world, CART, true)).toBe(true);
        await applyAll(world, (await updateIn(world, { serviceAccount, inline })).changes);
        expect(world.role(arn).inline["irsa"]).toEqual(MORE);
        await applyAll(world, (await removalIn(world, aRemoval({ serviceAccount }))).changes);
        const { tags } = world.role(arn).role;
        expect(Object.keys(tags).filter((key) => key.startsWith("irsa/"))).toEqual([]);
        expect(world.serviceAccount(CART).annotations).toEqual({});
      }),
      { numRuns: 100 },
    );
  });
});

/** The trust policy of a role that pods get by an association, with or without conditions that this one meets. */
const podTrust: fc.Arbitrary<PolicyDocument> = fc
  .subarray(
    [
      { "aws:SourceAccount": "111122223333" },
      { "aws:SourceArn": aWorld().cluster.arn },
      { "aws:RequestTag/kubernetes-namespace": "shop" },
      { "aws:RequestTag/kubernetes-service-account": "cart" },
    ],
    { minLength: 0 },
  )
  .map((conditions) =>
    trustPolicy([
      {
        ...OPEN_TO_PODS,
        ...(conditions.length > 0 && {
          Condition: { StringEquals: Object.assign({}, ...conditions) as never },
        }),
      },
    ]),
  );

describe("whatever association is adopted", () => {
  it("is allowed the role before and after every write, and a second time there is nothing to do", async () => {
    await fc.assert(
      fc.asyncProperty(
        podTrust,
        traits,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        async (trust, shape, restrictTrust, release, migrated) => {
          const world = aWorld();
          const arn = withEksctlAssociation(world, CART, { ...shape, trust, migrated });
          const grant = podIdentityGrantFor(world.cluster, aServiceAccount(CART));
          const before = unpinned(world, arn);
          const more = { restrictTrust };
          const { changes } = await adoptionIn(world, CART, release, more);
          for (const change of changes) {
            await applyAll(world, [change]);
            expect(evaluateGrant(world.role(arn).role.trust, grant).verdict).toBe("allow");
          }
          expect(unpinned(world, arn)).toEqual(before);
          expect(judgeGrant(world.role(arn).role.trust, grant)).toEqual([]);
          const { length } = listOf(world.role(arn).role.trust.Statement);
          expect(restrictTrust ? length : 1).toBe(1);
          expect((await adoptionIn(world, CART, release, more)).changes).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** The role without ownership tags and trust policy, and what pods get by the association. */
function unpinned(world: World, arn: RoleArn): object {
  const { role, ...rest } = unmarked(world.role(arn)) as StoredRole;
  const { tags: _, ...association } = { ...world.association(CART) };
  return structuredClone({ ...rest, role: { ...role, trust: undefined }, association });
}
