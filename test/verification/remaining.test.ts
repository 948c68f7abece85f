import { describe, expect, it } from "vitest";
import { remedyText } from "../../src/output/remedy-text.ts";
import { firstBroken } from "../../src/verification/chain.ts";
import { manifestOf } from "../fakes/pods.ts";
import type { World } from "../fakes/world.ts";
import { aShop, annotate, run, verified } from "./healthy.ts";

const NO_PROVIDER = {
  code: "InvalidIdentityToken",
  message: "No OpenIDConnect provider found in your account for https://oidc.eks…",
};

async function notChecked(change: (world: World) => void = () => undefined): Promise<string> {
  const world = aShop();
  change(world);
  const report = await verified(world);
  expect(report.links.filter(({ status }) => status === "WARN" || status === "FAIL")).toEqual([]);
  return report.notChecked.join("\n");
}

describe("what remains when all else is right", () => {
  it("is the pods' way to STS, by region, and no warning", async () => {
    const text = await notChecked();
    expect(text).toContain("can reach STS in region ap-northeast-2");
    expect(text).toContain("VPC endpoint");
    expect(text).not.toContain("global");
    expect(text).not.toContain("security groups");
  });

  it("is the global endpoint where the ServiceAccount turns the regional one off", async () => {
    const text = await notChecked((world) => {
      annotate(world, { "eks.amazonaws.com/sts-regional-endpoints": "false" });
      run(world, manifestOf("cart"));
    });
    expect(text).toContain("global STS endpoint");
  });

  it("is the security groups of pods that have their own", async () => {
    const text = await notChecked((world) =>
      run(world, manifestOf("cart", {}, { annotations: { "vpc.amazonaws.com/pod-eni": "[{}]" } })),
    );
    expect(text).toContain("security groups of cart-5d9c-x1");
  });

  it("is nothing while something is broken, or could not be read", async () => {
    const broken = aShop();
    broken.iam.providers.clear();
    expect((await verified(broken)).notChecked).toEqual([]);
    const unread = aShop();
    unread.log.deny("kubernetes.listPods");
    expect((await verified(unread)).notChecked).toEqual([]);
  });
});

describe("an STS region that is not active answers as if there were no provider", () => {
  it("which is reported where IAM has it", async () => {
    const world = aShop();
    world.decree.refusal = NO_PROVIDER;
    const broken = firstBroken(await verified(world));
    expect(broken).toMatchObject({ link: "sts", code: "sts-refuses" });
    expect(broken?.message).toContain("STS may not be active in the region");
    expect(broken && remedyText(broken.fix)).toContain("activate STS in region ap-northeast-2");
  });

  it("and is not told where IAM has none, or could not be asked", async () => {
    const none = aShop();
    none.iam.providers.clear();
    none.decree.refusal = NO_PROVIDER;
    expect(firstBroken(await verified(none))).toMatchObject({ link: "provider", row: "A1" });
    const unread = aShop();
    unread.log.deny("iam.getProvider");
    unread.decree.refusal = NO_PROVIDER;
    expect(firstBroken(await verified(unread))?.message).not.toContain("although IAM has it");
  });
});
