import { describe, expect, it } from "vitest";
import type { ProviderArn } from "../../src/model/arn.ts";
import { fileOf } from "../interruption/files.ts";
import { runIn } from "../fakes/command-line.ts";
import { CLOUDWATCH, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

/** A file of so many ServiceAccounts. */
function fileWith(count: number): string {
  return fileOf(`many-${count}.yaml`, {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: "eks-work-cluster", region: "ap-northeast-2" },
    iam: {
      withOIDC: true,
      serviceAccounts: Array.from({ length: count }, (_, at) => ({
        metadata: { namespace: "shop", name: `service-${at}` },
        attachPolicyARNs: [CLOUDWATCH],
      })),
    },
  });
}

/** A world with a role and this quota of roles. */
function worldWith(quota: number): World {
  const world = aWorld().withProvider();
  world.withRole(ownRole("other"), { trust: { Version: "2012-10-17", Statement: [] } });
  world.iam.quota.roles = quota;
  return world;
}

async function planned(world: World, count: number, command = "plan") {
  const { heard, failure } = await runIn(world, `${command} -f ${fileWith(count)}`);
  expect(failure).toBeUndefined();
  return heard.out.join("\n");
}

describe("the quota of roles", () => {
  it.each(["plan", "apply"])("%s says how many roles can't be created", async (command) => {
    const text = await planned(worldWith(3), 5, command);
    expect(text).toContain(
      "1 of 3 roles exist in the AWS account, and this plan adds 5: 3 roles can't be created",
    );
    expect(text).toContain("apply at most 2 with --include");
  });

  it("a plan that comes near it says so", async () => {
    expect(await planned(worldWith(10), 8)).toContain(
      "1 of 10 roles exist in the AWS account, and this plan adds 8",
    );
  });

  it.each([
    ["leaves room", 20, 5],
    ["creates no role", 1, 0],
  ])("a plan that %s does not mention it", async (_, quota, count) => {
    const world = worldWith(quota);
    expect(await planned(world, count)).not.toMatch(/roles exist|quota/);
    expect(world.log.calls.some(({ name }) => name === "iam.getAccountSummary")).toBe(count > 0);
  });

  it("a quota that can't be read is not mentioned, and the plan is made", async () => {
    const world = worldWith(3);
    world.log.deny("iam.getAccountSummary");
    const text = await planned(world, 5);
    expect(text).toContain("Plan: ");
    expect(text).not.toMatch(/roles exist|quota/);
  });
});

describe("the quota of providers", () => {
  it.each([
    [88, false],
    [89, true],
    [120, true],
  ])("with %i providers, a warning: %s", async (count, warns) => {
    const world = aWorld();
    for (let at = 0; at < count; at += 1)
      world.withProvider({ arn: `arn:aws:iam::111122223333:oidc-provider/example.com/${at}` as ProviderArn });
    const text = await planned(world, 1);
    expect(text.includes(`${count} OIDC providers exist in the AWS account`)).toBe(warns);
  });

  it("is not asked for where the provider exists", async () => {
    expect(await planned(aWorld().withProvider(), 1)).not.toContain("OIDC providers exist");
  });
});
