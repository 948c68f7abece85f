import { describe, expect, it } from "vitest";
import { firstBroken } from "../../src/verification/chain.ts";
import { repairsOf } from "../../src/verification/repairs.ts";
import { aServiceAccount, CLOUDWATCH, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { manifestOf } from "../fakes/pods.ts";
import { applyFix } from "./apply-fix.ts";
import { associate, associatedShop, podsTrust, trusting, withAgent } from "./associated.ts";
import { CART, chainOf, NODE, run, verified } from "./healthy.ts";

const GRANT = { serviceAccount: aServiceAccount(CART) };
const FIX = ["irsa", "verify", CART, "--fix", "--approve"] as const;

/** A shop whose cart has a role that irsa manages, by Pod Identity. */
function ourShop(tagsOf = GRANT): World {
  const world = aWorld();
  const role = world.roleOf(GRANT);
  const tags = world.ownershipTagsOf(tagsOf, [CLOUDWATCH]);
  world.withRole(role, { trust: podsTrust(), tags }, { attached: [CLOUDWATCH] });
  world.withServiceAccount(CART);
  world.associations.set(CART, role);
  world.api.nodes.set(NODE, { "kubernetes.io/os": "linux" });
  return withAgent(run(world, manifestOf("cart")));
}

function refusing(world: World, role = world.roleOf(GRANT)): void {
  trusting(world, podsTrust({ "aws:SourceAccount": "999999999999" }), role);
}

describe("verify --fix restores what irsa manages of a chain by Pod Identity", () => {
  it.each([
    [
      "a trust policy that allows the ServiceAccount by IRSA alone",
      "pods-not-trusted",
      (world: World) => trusting(world, world.trustOf(GRANT), world.roleOf(GRANT)),
    ],
    [
      "an association that was deleted while a pod runs",
      "association-missing",
      (world: World) => world.associations.clear(),
    ],
    [
      "an association with a role that is gone",
      "associated-role-missing",
      (world: World) => world.associations.set(CART, ownRole("gone")),
    ],
    [
      "a ServiceAccount that was deleted",
      "account-missing",
      (world: World) => world.api.serviceAccounts.delete(CART),
    ],
  ] as const)("%s", async (_, code, breaks) => {
    const world = ourShop();
    expect(await verified(world)).toMatchObject({ way: "pod-identity", verdict: "works" });
    breaks(world);
    expect(firstBroken(await verified(world))).toMatchObject({ code });
    await applyFix(world, FIX);
    expect(await verified(world)).toMatchObject({ way: "pod-identity", verdict: "works" });
    expect(world.serviceAccount(CART).annotations).not.toHaveProperty("eks.amazonaws.com/role-arn");
  });

  it("prints itself where an association, or its role, is gone", async () => {
    const world = ourShop();
    world.associations.clear();
    const broken = firstBroken(await verified(world));
    expect(broken?.fix).toMatchObject({
      kind: "command",
      byFix: true,
      command: ["irsa", "verify", CART, "--cluster", world.cluster.name, "--fix", "--approve"],
    });
  });
});

describe("verify --fix leaves to its owner", () => {
  it.each([
    ["what works", ourShop, () => undefined],
    [
      "a role that an association alone names",
      associatedShop,
      (world: World) => trusting(world, podsTrust({}, [])),
    ],
    [
      "a role whose tags name another ServiceAccount",
      () => ourShop({ serviceAccount: aServiceAccount("shop/till") }),
      refusing,
    ],
    [
      "an association that is gone, of a role that irsa does not manage",
      associatedShop,
      (world: World) => world.associations.clear(),
    ],
  ] as const)("%s", async (_, build, breaks) => {
    const world = build();
    breaks(world);
    expect(repairsOf(await chainOf(world))).toEqual([]);
  });

  it("session tags that are disabled: the trust policy could not tell ServiceAccounts apart", async () => {
    const world = ourShop();
    associate(world, { withoutSessionTags: true });
    refusing(world);
    const before = JSON.stringify([...world.iam.roles.values()]);
    await applyFix(world, FIX);
    expect(JSON.stringify([...world.iam.roles.values()])).toBe(before);
  });
});
