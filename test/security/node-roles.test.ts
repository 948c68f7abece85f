import { expect } from "vitest";
import { observe } from "../../src/audit/observe.ts";
import { reportOf } from "../../src/audit/report.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { aPod, manifestOf } from "../fakes/pods.ts";
import { ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { NOW } from "../audit/build.ts";
import { attack } from "./attack.ts";

const S3 = trustPolicy([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);

/** A node whose role has permissions of an application, with one pod on it. */
function onNode(env: Readonly<Record<string, string>>, instance: { hopLimit: number }): World {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
  const manifest = manifestOf("app", { containers: [{ name: "app", env: variables }] });
  return aWorld()
    .withProvider()
    .withRole(ownRole("nodes"), {}, { inline: { app: S3 }, profiles: ["nodes"] })
    .withNode("node-1", "i-1", {
      instance: { metadata: { isEnabled: true, requiresToken: true, ...instance } },
    })
    .withPod(aPod("shop/app-1", manifest, { workload: "deployment/app", node: "node-1" }));
}

async function rulesIn({ aws, cluster, kubernetes }: World): Promise<{ rules: string[]; notRead: string[] }> {
  const source = { cluster, eks: aws.eks, ec2: aws.ec2, kubernetes: async () => kubernetes };
  const { findings, notRead } = reportOf(await observe(aws, [source], NOW), {
    severity: "low",
    rules: [],
    namespaces: [],
    unusedDays: 90,
    suppressions: [],
    baseline: new Set(),
    places: new Map(),
  });
  return { rules: findings.map(({ rule }) => rule), notRead: notRead.map(({ what }) => what) };
}

attack("cluster tenant", "set AWS_ROLE_ARN in a pod, so that it seems to have a role of its own", {
  async attack() {
    const { rules } = await rulesIn(onNode({ AWS_ROLE_ARN: ownRole("own") }, { hopLimit: 2 }));
    expect(rules).toContain("pods-on-node-role");
  },
  async twin() {
    const { rules } = await rulesIn(onNode({ AWS_ACCESS_KEY_ID: "AKIAEXAMPLE" }, { hopLimit: 2 }));
    expect(rules).not.toContain("pods-on-node-role");
    expect(rules).toContain("node-role-reachable");
  },
});

attack("other IAM user", "deny ec2:DescribeInstances, so that nodes seem to keep their role from pods", {
  async attack() {
    const world = onNode({}, { hopLimit: 2 });
    world.withNodeGroup("workers", ownRole("nodes"));
    world.api.nodes.set("node-1", { "eks.amazonaws.com/nodegroup": "workers" });
    world.log.deny("ec2.describeInstances");
    const { rules, notRead } = await rulesIn(world);
    expect(rules).toEqual(["node-role-beyond-baseline"]);
    expect(notRead).toEqual([`instances of ${world.cluster.name}`]);
  },
  async twin() {
    const { rules, notRead } = await rulesIn(onNode({}, { hopLimit: 1 }));
    expect(rules).toEqual(["node-role-beyond-baseline"]);
    expect(notRead).toEqual([]);
  },
});
