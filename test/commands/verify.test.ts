import { describe, expect, it } from "vitest";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { runIn } from "../fakes/command-line.ts";
import { aDesire, CLOUDWATCH } from "../fakes/values.ts";
import { bringAbout } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const VERIFY = "verify --all --cluster eks-work-cluster";

describe("all ServiceAccounts of a cluster that can't be told of", () => {
  it("since it may not be described: that is what ends it", async () => {
    const world = aWorld();
    world.log.deny("eks.describeCluster");
    expect((await runIn(world, VERIFY)).failure).toMatchObject({ code: "access-denied", kind: "denied" });
  });

  it("since it has no issuer: that is what ends it", async () => {
    const world = aWorld();
    Object.assign(world.cluster, { issuer: undefined });
    expect((await runIn(world, VERIFY)).failure).toMatchObject({ code: "no-issuer" });
  });
});

describe("--fix", () => {
  async function broken(): Promise<World> {
    const world = aWorld().withProvider();
    const { role } = await bringAbout(world, aDesire());
    expect(world.role(role).attached).toEqual([CLOUDWATCH]);
    world.editRole(role, (found) => ({ role: { ...found.role, trust: trustPolicy([]) } }));
    world.log.clear();
    return world;
  }

  it("that can't look again does not say that no changes were made", async () => {
    const world = await broken();
    world.log.before("iam.setTrust", () => world.log.deny("kubernetes.listServiceAccounts"));
    const { failure } = await runIn(world, `${VERIFY} --fix --approve`);
    expect(world.log.writes).toEqual(["iam.setTrust"]);
    expect(failure).toMatchObject({ code: "forbidden", detail: { written: true } });
  });
});

describe("one chain of which nothing can be read", () => {
  const chain = async (...denied: readonly string[]): Promise<number> => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    denied.forEach((call) => world.log.deny(call));
    const subject = "amazon-cloudwatch/cloudwatch-agent";
    const { heard, failure } = await runIn(world, `verify ${subject} --cluster eks-work-cluster`);
    expect(failure).toBeUndefined();
    return heard.code;
  };

  it.each([
    ["the cluster's description", ["eks.describeCluster"]],
    ["the ServiceAccount", ["kubernetes.getServiceAccount"]],
    ["provider and role", ["iam.getProvider", "iam.getRole"]],
  ])("exits with 4: %s is denied", async (_what, denied) => expect(await chain(...denied)).toBe(4));

  it("one link that is denied is unproven, and 0", async () => {
    expect(await chain("iam.getProvider")).toBe(0);
    expect(await chain("kubernetes.listPods")).toBe(0);
  });

  it("exits with 1 where it could not be read for another reason", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    world.log.fail("kubernetes.getServiceAccount");
    const subject = "amazon-cloudwatch/cloudwatch-agent";
    expect((await runIn(world, `verify ${subject} --cluster eks-work-cluster`)).heard.code).toBe(1);
  });
});
