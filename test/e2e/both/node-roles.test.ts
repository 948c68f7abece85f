import { CreateNodegroupCommand, EKSClient } from "@aws-sdk/client-eks";
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { runInstance } from "../../worlds/ec2-call.ts";
import { clusterOf } from "../cluster.ts";
import { irsa } from "../irsa.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  const iam = world.aws.iam();
  await iam.send(
    new CreateRoleCommand({
      RoleName: "nodes",
      AssumeRolePolicyDocument: statement({
        Principal: { Service: "ec2.amazonaws.com" },
        Action: "sts:AssumeRole",
      }),
    }),
  );
  const all = statement({ Action: "*", Resource: "*" });
  await iam.send(
    new PutRolePolicyCommand({ RoleName: "nodes", PolicyName: "everything", PolicyDocument: all }),
  );
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "nodes" }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: "nodes", RoleName: "nodes" }));
  const { url: endpoint, region, keys, awsAccount } = world.aws;
  const caller = { endpoint, region, credentials: keys.admin };
  const hops = { HttpTokens: "required", HttpPutResponseHopLimit: "2", HttpEndpoint: "enabled" };
  const instance = await runInstance(caller, "nodes", hops);
  await clusterOf(world).apply(manifests(`aws:///${region}a/${instance}`));
  const eks = new EKSClient(caller);
  await eks.send(
    new CreateNodegroupCommand({
      clusterName: CLUSTER_NAME,
      nodegroupName: "workers",
      nodeRole: `arn:aws:iam::${awsAccount}:role/nodes`,
      subnets: ["subnet-1"],
    }),
  );
  eks.destroy();
});
afterAll(async () => world?.stop());
beforeEach(() => world.aws.clearFaults());

/** A node of the group on the instance, and a pod on it. */
function manifests(providerID: string): string {
  return `
apiVersion: v1
kind: Node
metadata: { name: worker-1, labels: { eks.amazonaws.com/nodegroup: workers } }
spec: { providerID: "${providerID}" }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: shop, name: web }
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: web }
spec: { serviceAccountName: web, nodeName: worker-1, containers: [{ name: app, image: example.com/app }] }
`;
}

function statement(parts: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...parts }] });
}

interface Report {
  readonly findings: readonly { readonly rule: string; readonly evidence: readonly object[] }[];
  readonly notRead: readonly { readonly what: string }[];
}

async function audit(...args: readonly string[]): Promise<Report & { readonly code: number }> {
  const { code, stdout } = await irsa(
    ["audit", "--cluster", CLUSTER_NAME, "-o", "json", ...args],
    world.environmentOf("admin"),
  );
  return { ...(JSON.parse(stdout) as { readonly result: Report }).result, code };
}

test("audit finds that nodes are administrators, and by which policy", async () => {
  const { findings, notRead, code } = await audit("--rule", "node-role-administrator");
  expect(findings).toMatchObject([
    {
      rule: "node-role-administrator",
      severity: "critical",
      subject: { kind: "role", name: "nodes" },
      evidence: [
        { label: "everything (inline)", value: "it allows '*' on '*'" },
        { label: "used by", value: `node group workers of ${CLUSTER_NAME}` },
      ],
    },
  ]);
  expect(notRead).toEqual([]);
  expect(code).toBe(3);
});

test("audit finds that pods can get the credentials, and which may use them", async () => {
  const { findings } = await audit("--rule", "node-role-reachable", "--rule", "pods-on-node-role");
  expect(findings).toMatchObject([
    {
      rule: "node-role-reachable",
      evidence: expect.arrayContaining([{ label: "hop limit", value: "2" }]) as object[],
    },
    {
      rule: "pods-on-node-role",
      evidence: expect.arrayContaining([{ label: "in shop", value: "pod/web" }]) as object[],
    },
  ]);
});

test("who-can and what-can name the pod, under the condition that can't be known", async () => {
  const way = {
    via: "node",
    nodes: [`node group workers of ${CLUSTER_NAME}`],
    verdict: "conditional",
    unknownKeys: ["network policies"],
  };
  const who = await irsa(
    ["who-can", "nodes", "--cluster", CLUSTER_NAME, "-o", "json"],
    world.environmentOf("admin"),
  );
  expect(JSON.parse(who.stdout)).toMatchObject({
    result: { subjects: [{ ...way, serviceAccount: { namespace: "shop", name: "web" }, pods: ["web"] }] },
  });
  const what = await irsa(
    ["what-can", "shop/web", "--cluster", CLUSTER_NAME, "-o", "json"],
    world.environmentOf("admin"),
  );
  expect(JSON.parse(what.stdout)).toMatchObject({
    result: {
      roles: [
        { ...way, role: expect.stringMatching(/:role\/nodes$/) as string, inlinePolicies: ["everything"] },
      ],
    },
  });
});

test("node groups that may not be read are not taken for none", async () => {
  world.aws.deny({ action: "eks:ListNodegroups" });
  world.aws.deny({ action: "ec2:DescribeInstances" });
  const { findings, notRead, code } = await audit("--rule", "node-role-administrator");
  expect(findings).toEqual([]);
  expect(notRead).toMatchObject([
    { what: `instances of ${CLUSTER_NAME}`, code: "access-denied" },
    { what: `node groups of ${CLUSTER_NAME}`, code: "access-denied" },
  ]);
  expect(code).toBe(4);
});
