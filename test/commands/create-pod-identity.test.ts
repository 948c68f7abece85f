import { expect, it } from "vitest";
import { runIn } from "../fakes/command-line.ts";
import { awsPolicy, CLOUDWATCH, ownRole } from "../fakes/values.ts";
import { aWorld } from "../fakes/world.ts";

const ON = "--cluster eks-work-cluster --region ap-northeast-2";
const CREATE = `create-sa shop/cart --pod-identity --policy-arn ${awsPolicy("CloudWatchAgentServerPolicy")} ${ON} --approve`;
const TARGET = ownRole("target");

it.each([
  [
    "",
    /New pods with serviceAccountName: cart in shop get arn:\S+:role\/eks-work-cluster-shop-cart-\w+ by EKS Pod/,
  ],
  [
    `--target-role-arn ${TARGET}`,
    new RegExp(
      `New pods with serviceAccountName: cart in shop get ${TARGET}, assumed with arn:\\S+:role/eks-work-cluster-shop-cart-\\w+, by EKS Pod`,
    ),
  ],
])("says which role new pods get, and how to verify what was not: create-sa %s", async (flags, ending) => {
  const world = aWorld().withPolicy(CLOUDWATCH);
  const { heard, failure } = await runIn(world, `${CREATE} ${flags}`);
  expect(failure).toBeUndefined();
  const text = heard.out.join("\n");
  expect(text).toMatch(ending);
  expect(text).toContain("Not verified: ");
  expect(text).not.toContain("Ready.");
  const command = text.split("\n").at(-1)?.trim();
  expect(command).toBe(`irsa verify shop/cart ${ON}`);
  // The command is one that runs, and finds what create-sa could not tell: there is no agent.
  const verified = await runIn(world, (command ?? "").replace("irsa ", ""));
  expect([verified.heard.code, verified.heard.out.join("\n")]).toEqual([
    3,
    expect.stringContaining("the Pod Identity agent is not installed"),
  ]);
});
