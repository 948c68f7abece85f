import { describe, expect, it } from "vitest";
import { remedyText } from "../../src/output/remedy-text.ts";
import {
  policySize,
  trustPolicy,
  webIdentityStatement,
  withGrant,
} from "../../src/model/trust-policy/grant.ts";
import { firstBroken } from "../../src/verification/chain.ts";
import { aServiceAccount } from "../fakes/values.ts";
import type { World } from "../fakes/world.ts";
import { applyFix } from "./apply-fix.ts";
import { aShop, CART, ourShop, ROLE, verified } from "./healthy.ts";

/** A shop whose role allows this many other ServiceAccounts, and not the cart. */
function crowded(others: number, make = aShop): { readonly world: World; readonly needed: number } {
  const world = make();
  const role = make === aShop ? ROLE : world.roleOf({ serviceAccount: aServiceAccount(CART) });
  const grants = Array.from({ length: others }, (_, at) =>
    webIdentityStatement(world.grantOf({ serviceAccount: aServiceAccount(`shop/till-${at}`) })),
  );
  const trust = trustPolicy(grants);
  world.editRole(role, (found) => ({ role: { ...found.role, trust } }));
  return {
    world,
    needed: policySize(withGrant(trust, world.grantOf({ serviceAccount: aServiceAccount(CART) }))),
  };
}

async function fixIn(world: World) {
  const broken = firstBroken(await verified(world));
  expect(broken).toMatchObject({ link: "trust-policy", code: "subject-mismatch" });
  if (broken === undefined) throw new Error("nothing is broken");
  return broken.fix;
}

describe("the fix of a trust policy", () => {
  it.each([["of its owner's", aShop] as const, ["of irsa's", ourShop] as const])(
    "that would be too long, %s: by how much, and the ways out",
    async (_whose, make) => {
      const { world, needed } = crowded(7, make);
      expect(needed).toBeGreaterThan(2048);
      const fix = await fixIn(world);
      expect(fix.kind).toBe("advice");
      expect(remedyText(fix)).toContain(
        `would have ${needed} characters, ${needed - 2048} more than the 2048 that IAM allows`,
      );
      expect(remedyText(fix)).toContain("a role of its own");
      expect(remedyText(fix)).toContain("remove or merge statements");
      expect(remedyText(fix)).toContain("--quota-code L-C07B4B0D");
    },
  );

  it("is a command that IAM accepts where the quota was raised far enough", async () => {
    const { world } = crowded(7);
    world.iam.quota.trustCharacters = 4096;
    const fix = await fixIn(world);
    expect(fix.kind).toBe("command");
    if (fix.kind !== "command") throw new Error("it is advice");
    await applyFix(world, fix.command);
    expect(await verified(world)).toMatchObject({ verdict: "works" });
  });

  it("is measured against the raised quota too", async () => {
    const { world, needed } = crowded(15);
    world.iam.quota.trustCharacters = 4096;
    const fix = await fixIn(world);
    expect(remedyText(fix)).toContain(`${needed - 4096} more than the 4096`);
  });

  it("can't be had by any quota where AWS raises none so far", async () => {
    const { world, needed } = crowded(40);
    world.log.deny("iam.getAccountSummary");
    const fix = await fixIn(world);
    expect(remedyText(fix)).toContain(`${needed - 8192} more than the 8192`);
    expect(remedyText(fix)).not.toContain("higher quota");
  });

  it("is reported with its size where the quota can't be read", async () => {
    const { world, needed } = crowded(7);
    world.log.deny("iam.getAccountSummary");
    const fix = await fixIn(world);
    expect(fix).toMatchObject({
      kind: "command",
      note: expect.stringContaining(`${needed} characters`) as string,
    });
  });

  it("asks for the quota only where it matters", async () => {
    const { world } = crowded(2);
    await fixIn(world);
    expect(world.log.calls.map(({ name }) => name)).not.toContain("iam.getAccountSummary");
  });
});
