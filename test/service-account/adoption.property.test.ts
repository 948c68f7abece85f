import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { TAG } from "../../src/model/ownership-tags.ts";
import { worldFacts, worldFrom } from "../fakes/arbitrary.ts";
import { CART, withEksctlServiceAccount, type EksctlTraits } from "../fakes/eksctl-account.ts";
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
