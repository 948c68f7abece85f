import { describe, expect, it } from "vitest";
import { observe } from "../../src/audit/observe.ts";
import { reportOf, type Asked } from "../../src/audit/report.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { aServiceAccount, awsPolicy, ownPolicy, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { NOW } from "./build.ts";

const ASKED: Asked = {
  severity: "low",
  rules: [],
  namespaces: [],
  unusedDays: 90,
  suppressions: [],
  baseline: new Set(),
  places: new Map(),
};
const EVERYTHING = trustPolicy([{ Effect: "Allow", Action: "*", Resource: "*" }]);

/** `shop/cart` with its role, an administrator by a policy of its own; `shop/lost` with none; a role of nobody's; nodes with an administrator's. */
function faultyWorld(): World {
  const world = aWorld();
  const cart = { serviceAccount: aServiceAccount("shop/cart") };
  return world
    .withProvider()
    .withPolicy(ownPolicy("all"), EVERYTHING)
    .withRole(ownRole("cart"), { trust: world.trustOf(cart) }, { attached: [ownPolicy("all")] })
    .withRole(ownRole("other"), {}, { attached: [awsPolicy("AdministratorAccess")] })
    .withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: ownRole("cart") } })
    .withRole(ownRole("nodes"), {}, { inline: { all: EVERYTHING }, profiles: ["nodes"] })
    .withNode("node-1", "i-1", { labels: { "eks.amazonaws.com/nodegroup": "workers" } })
    .withNodeGroup("workers", ownRole("nodes"))
    .withServiceAccount("shop/lost", { annotations: { [ROLE_ANNOTATION]: ownRole("lost") } });
}

async function audited(world: World) {
  const { aws, cluster, kubernetes } = world;
  const source = { cluster, eks: aws.eks, ec2: aws.ec2, kubernetes: async () => kubernetes };
  const observed = await observe(aws, [source], NOW);
  const report = reportOf(observed, ASKED);
  return {
    found: report.findings.map(({ rule, subject }) => `${rule} ${subject.name}`),
    notRead: report.notRead.map(({ what }) => what),
  };
}

const ALL = [
  "administrator cart",
  "node-role-administrator nodes",
  "role-gone shop/lost",
  "no-workload shop/cart",
  "no-workload shop/lost",
];

describe("an audit of the world in memory", () => {
  it("finds all, and reads nothing twice and of roles that nobody reaches nothing more", async () => {
    const world = faultyWorld();
    expect(await audited(world)).toEqual({ found: ALL, notRead: [] });
    const calls = world.log.calls.map((call) => JSON.stringify(call));
    expect(new Set(calls).size).toBe(calls.length);
    expect(calls.filter((call) => call.includes("AdministratorAccess"))).toEqual([]);
    expect(world.log.writes).toEqual([]);
  });

  describe("of a role that can assume others", () => {
    const trusting = (name: string) =>
      trustPolicy([{ Effect: "Allow", Principal: { AWS: ownRole(name) }, Action: "sts:AssumeRole" }]);
    /** `cart` may assume `deploy`, which may assume `root`, an administrator by AWS's policy. */
    const chained = (): World => {
      const world = aWorld();
      const cart = { serviceAccount: aServiceAccount("shop/cart") };
      return world
        .withProvider()
        .withPolicy(awsPolicy("AdministratorAccess"), EVERYTHING)
        .withRole(ownRole("cart"), { trust: world.trustOf(cart) })
        .withRole(ownRole("deploy"), { trust: trusting("cart") })
        .withRole(
          ownRole("root"),
          { trust: trusting("deploy") },
          {
            attached: [awsPolicy("AdministratorAccess")],
          },
        )
        .withRole(ownRole("other"), { trust: trusting("nobody") }, { attached: [awsPolicy("ReadOnly")] })
        .withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: ownRole("cart") } });
    };
    const CHAIN = "role-chain-administrator cart";

    it.each([["together"], ["one by one"]])("follows the chain, reading roles %s", async (how) => {
      const world = chained();
      if (how === "one by one") world.log.deny("iam.listRolesInFull");
      const { found, notRead } = await audited(world);
      expect(found).toContain(CHAIN);
      expect(notRead).toEqual([]);
      const calls = world.log.calls.map((call) => JSON.stringify(call));
      expect(new Set(calls).size).toBe(calls.length);
      expect(calls.filter((call) => /ReadOnly|getRoleDetails.*other/.test(call))).toEqual([]);
    });

    it("says which policy of the chain could not be read", async () => {
      const world = chained();
      world.log.deny("iam.getPolicyVersionId");
      const { found, notRead } = await audited(world);
      expect(found).not.toContain(CHAIN);
      expect(notRead).toEqual([`policy ${awsPolicy("AdministratorAccess")}`]);
    });
  });

  it("reads a role by itself whose details the whole list lacks", async () => {
    const world = faultyWorld();
    const real = { ...world.aws.iam };
    Object.assign(world.aws.iam, {
      listRolesInFull: async (also: Parameters<typeof real.listRolesInFull>[0]) => {
        const { roles, policies } = await real.listRolesInFull(also);
        const listed = roles.map((role) =>
          role.arn.endsWith("/cart") ? { ...role, details: undefined } : role,
        );
        return { roles: listed, policies };
      },
    });
    expect(await audited(world)).toEqual({ found: ALL, notRead: [] });
    const read = world.log.calls.filter(({ name }) => name === "iam.getRoleDetails");
    expect(read.map(({ args }) => args[0])).toEqual(["cart"]);
  });

  it("reads roles one by one where the whole list is denied", async () => {
    const world = faultyWorld();
    world.log.deny("iam.listRolesInFull");
    expect(await audited(world)).toEqual({ found: ALL, notRead: [] });
    const read = world.log.calls
      .filter(({ name }) => name === "iam.getRoleDetails")
      .map(({ args }) => args[0]);
    expect(read).toEqual(["cart", "nodes"]);
  });

  it.each([
    ["iam.listProviders", "identity providers", []],
    ["iam.getProvider", "identity provider of eks-work-cluster", []],
    ["eks.listClusters", "clusters in ap-northeast-2", []],
    ["eks.describePodIdentities", "Pod Identity associations of eks-work-cluster", []],
    ["eks.describeNodeGroups", "node groups of eks-work-cluster", []],
    ["kubernetes.listNodes", "nodes of eks-work-cluster", []],
    ["ec2.describeInstances", "instances of eks-work-cluster", []],
    ["iam.getInstanceProfileRole", "instance profile nodes", []],
    ["eks.describeFargateProfiles", "Fargate profiles of eks-work-cluster", []],
    [
      "kubernetes.listServiceAccounts",
      "ServiceAccounts of eks-work-cluster",
      ["role-gone shop/lost", "no-workload shop/cart", "no-workload shop/lost"],
    ],
    [
      "kubernetes.listPodSummaries",
      "pods of eks-work-cluster",
      ["no-workload shop/cart", "no-workload shop/lost"],
    ],
  ])("without %s: says so, and misses only what hangs on it", async (denied, what, missed) => {
    const world = faultyWorld();
    world.log.deny(denied);
    const { found, notRead } = await audited(world);
    expect(notRead).toEqual([what]);
    expect(found).toEqual(ALL.filter((one) => !missed.includes(one)));
  });

  it("without node groups and instances: takes no node for harmless without saying so", async () => {
    const world = faultyWorld();
    world.log.deny("eks.describeNodeGroups");
    world.log.deny("ec2.describeInstances");
    const { found, notRead } = await audited(world);
    expect(notRead).toEqual(["instances of eks-work-cluster", "node groups of eks-work-cluster"]);
    expect(found).toEqual(ALL.filter((one) => one !== "node-role-administrator nodes"));
  });

  it("reads the launch template of a node group without nodes, and of no other", async () => {
    const launchTemplate = { id: "lt-1", version: "3" };
    const world = faultyWorld().withNodeGroup("spare", ownRole("other"), { launchTemplate });
    world.ec2.launchTemplates.set("lt-1 3", { isEnabled: true, requiresToken: true, hopLimit: 2 });
    expect(await audited(world)).toMatchObject({
      found: expect.arrayContaining(["node-role-reachable other"]) as string[],
      notRead: [],
    });
    const read = world.log.calls.filter(({ name }) => name === "ec2.getLaunchTemplateMetadata");
    expect(read.map(({ args }) => args)).toEqual([[launchTemplate]]);
  });

  it("without any list of roles: judges no annotation by roles that it did not see", async () => {
    const world = faultyWorld();
    world.log.deny("iam.listRolesInFull");
    world.log.deny("iam.listRoles");
    expect(await audited(world)).toEqual({
      found: ["no-workload shop/cart", "no-workload shop/lost"],
      notRead: ["roles"],
    });
  });

  it("without a policy's document: does not take the role for harmless without saying so", async () => {
    const world = faultyWorld();
    world.log.deny("iam.listRolesInFull");
    world.log.deny("iam.getPolicyVersionId");
    const { found, notRead } = await audited(world);
    expect(found).not.toContain("administrator cart");
    expect(notRead).toEqual([`policy ${ownPolicy("all")}`]);
  });
});
