import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFailure } from "../../src/model/failure.ts";
import type { Role } from "../../src/model/iam-objects.ts";
import { computedRoleName, isComputedFor } from "../../src/model/role-name.ts";
import { trustPolicy, webIdentityStatement } from "../../src/model/trust-policy/grant.ts";
import { expectOneClaim, ownershipOf } from "../../src/service-account/ownership.ts";
import { aCluster, anAccount, ownRole } from "../fakes/values.ts";
import { aWorld } from "../fakes/world.ts";

const CART = anAccount("shop/cart");
const world = aWorld();
const { cluster } = world;
const NOBODY = trustPolicy([{ Effect: "Deny", Principal: "*", Action: "*" }]);
const COMPUTED = world.roleOf({ account: CART });

function aRole(changes: Partial<Role> = {}): Pick<Role, "arn" | "trust" | "tags"> {
  return { arn: COMPUTED, trust: NOBODY, tags: world.marksOf({ account: CART }), ...changes };
}

/** The ServiceAccount is let in under a condition that can't be known. */
const CONDITIONAL = trustPolicy([
  {
    ...webIdentityStatement(world.grantOf({ account: CART })),
    Condition: {
      StringEquals: {
        [`${world.grantOf({ account: CART }).issuerHostPath}:sub`]: "system:serviceaccount:shop:cart",
        "aws:SourceVpc": "vpc-1",
      },
    },
  },
]);

describe("a role is irsa's for a ServiceAccount", () => {
  const CUSTOM = ownRole("cart");
  it.each<readonly [string, Partial<Role>, string | undefined]>([
    ["by tags and the computed name", {}, "name"],
    [
      "by tags and the computed name under a path",
      { arn: ownRole(`irsa/${COMPUTED.split("/")[1] ?? ""}`) },
      "name",
    ],
    ["by tags and trust", { arn: CUSTOM, trust: world.trustOf({ account: CART }) }, "trust"],
    [
      "by tags and trust for another audience",
      { arn: CUSTOM, trust: world.trustOf({ account: CART, audience: "x" }) },
      "trust",
    ],
    ["by tags and trust under a condition", { arn: CUSTOM, trust: CONDITIONAL }, "trust"],
    ["not by tags alone", { arn: CUSTOM }, undefined],
    [
      "not by tags and trust in another ServiceAccount",
      { arn: CUSTOM, trust: world.trustOf({ account: anAccount("shop/till") }) },
      undefined,
    ],
    [
      "not by tags and the end of the computed name",
      { arn: ownRole(`infra${COMPUTED.slice(-11)}`) },
      undefined,
    ],
    ["not by name and trust without tags", { trust: world.trustOf({ account: CART }), tags: {} }, undefined],
    [
      "not by tags in another case",
      {
        tags: Object.fromEntries(
          Object.entries(world.marksOf({ account: CART })).map(([key, value]) => [key.toUpperCase(), value]),
        ),
      },
      undefined,
    ],
    [
      "not by tags of another cluster",
      {
        tags: {
          ...world.marksOf({ account: CART }),
          "irsa/cluster-arn": "arn:aws:eks:eu-west-1:111122223333:cluster/x",
        },
      },
      undefined,
    ],
    [
      "not by tags of another ServiceAccount",
      { tags: world.marksOf({ account: anAccount("shop/till") }) },
      undefined,
    ],
    [
      "not by tags of another tool",
      { tags: { ...world.marksOf({ account: CART }), "irsa/managed-by": "me" } },
      undefined,
    ],
  ])("%s", (_what, changes, witness) => {
    const found = ownershipOf(aRole(changes), cluster, CART);
    expect(found.kind === "ours" ? found.witness : undefined).toBe(witness);
  });

  it("which was created only where its tags say so", () => {
    const origin = (tag: string | undefined) => {
      const { "irsa/origin": _, ...tags } = world.marksOf({ account: CART });
      return ownershipOf(
        aRole({ tags: tag === undefined ? tags : { ...tags, "irsa/origin": tag } }),
        cluster,
        CART,
      );
    };
    expect(origin("created")).toMatchObject({ origin: "created" });
    for (const tag of ["adopted", "Created", "", undefined])
      expect(origin(tag)).toMatchObject({ origin: "adopted" });
  });

  it("is claimed by one role alone", () => {
    const rival = aRole({ arn: ownRole("rival") });
    expect(() => expectOneClaim([aRole(), undefined, aRole()], cluster, CART)).not.toThrow();
    expect(() =>
      expectOneClaim([aRole(), aRole({ arn: ownRole("rival"), tags: {} })], cluster, CART),
    ).not.toThrow();
    const claim = (() => {
      try {
        return expectOneClaim([aRole(), rival], cluster, CART);
      } catch (error) {
        return error;
      }
    })();
    expect(isFailure(claim, "two-roles") && claim.message).toMatch(
      /'eks-work-cluster-shop-cart-\w{10}' and 'rival'/,
    );
  });
});

describe("a computed name", () => {
  const names = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$/);
  const prefixes = fc.stringMatching(/^[\w+=,.@-]{0,40}$/);

  it("is known as such with whatever prefix, and for no other ServiceAccount or cluster", () => {
    fc.assert(
      fc.property(names, names, prefixes, (namespace, name, prefix) => {
        const account = anAccount(`${namespace}/${name}`);
        const computed = computedRoleName(cluster, account, prefix);
        expect(isComputedFor(computed, cluster, account)).toBe(true);
        expect(isComputedFor(computed, cluster, anAccount(`${namespace}/${name}0`))).toBe(false);
        const other = aCluster({ arn: "arn:aws:eks:eu-west-1:111122223333:cluster/eks-work-cluster" });
        expect(isComputedFor(computed, other, account)).toBe(false);
      }),
    );
  });

  it("is not any name that ends as it does", () => {
    fc.assert(
      fc.property(names, names, fc.stringMatching(/^[a-z]{1,12}$/), (namespace, name, head) => {
        const account = anAccount(`${namespace}/${name}`);
        const end = computedRoleName(cluster, account, "").slice(-11);
        expect(isComputedFor(`${head}${end}`, cluster, account)).toBe(false);
      }),
    );
  });
});
