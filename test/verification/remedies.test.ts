import { describe, expect, it } from "vitest";
import { AUDIENCE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { Remedy } from "../../src/model/remedy.ts";
import { firstBroken } from "../../src/verification/chain.ts";
import type { World } from "../fakes/world.ts";
import { applyFix } from "./apply-fix.ts";
import { annotate, aShop, CART, ourShop, podOf, ROLE, verified } from "./healthy.ts";
import { manifestOf } from "../fakes/pods.ts";

async function fixIn(world: World): Promise<Remedy | undefined> {
  return firstBroken(await verified(world))?.fix;
}

/** irsa's own shop, whose tokens have an audience that nobody asked for by a flag. */
function withOtherAudience(): World {
  const world = ourShop();
  annotate(world, { [AUDIENCE_ANNOTATION]: "vault" });
  world.api.pods.length = 0;
  return world.withPod(podOf(world, manifestOf("cart")));
}

describe("an audience that the provider does not accept", () => {
  it("has two ways, of which someone chooses, each as words", async () => {
    const fix = await fixIn(withOtherAudience());
    expect(fix).toEqual({
      kind: "command",
      command: ["kubectl", "-n", "shop", "annotate", "serviceaccount", "cart", `${AUDIENCE_ANNOTATION}-`],
      note: "Remove the annotation, unless IAM should accept this audience:",
      otherwise: {
        note: "To accept the audience instead:",
        command: ["irsa", "associate-oidc", "--cluster", "eks-work-cluster", "--audience", "vault"],
      },
    });
  });

  it("is accepted by the provider after the second", async () => {
    const world = withOtherAudience();
    const fix = await fixIn(world);
    if (fix?.kind !== "command" || fix.otherwise === undefined) throw new Error("there is no other way");
    await applyFix(world, fix.otherwise.command);
    expect(firstBroken(await verified(world))?.code).not.toBe("audience-not-accepted");
  });
});

it("a ServiceAccount that is missing has the command that creates it, to be completed", async () => {
  const world = aShop();
  world.api.serviceAccounts.delete(CART);
  const named = ["-n", "shop", "--name", CART.slice(5), "--policy-arn", "ARN"];
  expect(await fixIn(world)).toEqual({
    kind: "advice",
    text: "Apply its manifest, or create it with a role:",
    command: ["irsa", "create-sa", "--cluster", "eks-work-cluster", ...named],
  });
});

it("a role that is gone is made again by a command that is to be completed, with its name and path", async () => {
  const world = aShop();
  world.iam.roles.clear();
  const create = [
    "irsa",
    "create-sa",
    "--cluster",
    "eks-work-cluster",
    "-n",
    "shop",
    "--name",
    CART.slice(5),
  ];
  const named = ["--role-name", ROLE.slice(ROLE.lastIndexOf("/") + 1), "--role-path", "/team/"];
  expect(await fixIn(world)).toEqual({
    kind: "advice",
    text: "Annotate the ServiceAccount with an existing role, or create this role again with its policies:",
    command: [...create, ...named, "--policy-arn", "ARN"],
  });
});
