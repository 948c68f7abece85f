import { expect, it } from "vitest";
import { remedyText } from "../../src/output/remedy-text.ts";
import { firstBroken } from "../../src/verification/chain.ts";
import { associate, TARGET, targetingShop } from "./associated.ts";
import { ROLE, verified } from "./healthy.ts";

it.each([
  [false, "sts:AssumeRole and sts:TagSession on role data"],
  [true, "role cart sts:AssumeRole on role data"],
])(
  "a role that may not assume its target needs the actions EKS calls; tags disabled: %s",
  async (disabled, wanted) => {
    const world = targetingShop();
    const deny = { Effect: "Deny" as const, Action: "sts:*", Resource: "*" };
    world.editRole(ROLE, () => ({ inline: { own: { Version: "2012-10-17", Statement: [deny] } } }));
    associate(world, { targetRoleArn: TARGET, withoutSessionTags: disabled });
    const broken = firstBroken(await verified(world));
    expect(broken).toMatchObject({ code: "target-role-not-allowed" });
    expect(broken && remedyText(broken.fix)).toContain(wanted);
  },
);
