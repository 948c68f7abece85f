import { describe, expect, it } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { runIn, runWell } from "../fakes/command-line.ts";
import { CLOUDWATCH, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

const CART = "-n shop --name cart --cluster eks-work-cluster --region ap-northeast-2";

async function said(world: World, more = ""): Promise<string> {
  const { failure, heard } = await runIn(world, `delete-sa ${CART} ${more}`);
  expect(failure).toBeUndefined();
  return heard.out.join("\n");
}

const withCart = (annotations: Readonly<Record<string, string>> = {}): World =>
  aWorld().withProvider().withServiceAccount("shop/cart", { annotations });

describe("what delete-sa says where there is nothing of irsa's", () => {
  it("of a ServiceAccount that exists: that it does, who does not manage it, and how to delete it", async () => {
    const text = await said(withCart(), "--approve");
    expect(text).toContain(
      "No changes made. The ServiceAccount shop/cart exists and is not managed by irsa, and irsa manages no role for it.",
    );
    expect(text).toContain("      kubectl delete serviceaccount cart --namespace shop");
    expect(text).not.toContain("Nothing to do");
  });

  it("of one with somebody else's role: the same, and the role is not denied", async () => {
    const world = withCart({ [ROLE_ANNOTATION]: ownRole("theirs") }).withRole(ownRole("theirs"), {});
    expect(await said(world)).toContain("The ServiceAccount shop/cart exists and is not managed by irsa.");
  });

  it("of one that does not exist: that", async () => {
    expect(await said(aWorld().withProvider())).toContain(
      "Nothing to do. The ServiceAccount shop/cart does not exist, and irsa manages no role for it.",
    );
  });
});

it("what was never there is not said to be gone", async () => {
  const world = aWorld().withProvider();
  await runWell(world, `create-sa ${CART} --policy-arn ${CLOUDWATCH} --approve --no-wait`);
  const text = await said(world, "--keep-role --approve");
  expect(text).toContain("The ServiceAccount shop/cart was deleted.");
  expect(text).toMatch(/The role \S+ is kept\./);
  const rest = await said(world, "--approve");
  expect(rest).toContain("The ServiceAccount shop/cart does not exist. The role");
  expect(rest).not.toContain("gone");
});
