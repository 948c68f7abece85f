import { CreateNodegroupCommand, EKSClient } from "@aws-sdk/client-eks";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
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
  const { url: endpoint, region, keys, awsAccount } = world.aws;
  const eks = new EKSClient({ endpoint, region, credentials: keys.admin });
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

test("node groups that may not be read are not taken for none", async () => {
  world.aws.deny({ action: "eks:ListNodegroups" });
  const { findings, notRead, code } = await audit("--rule", "node-role-administrator");
  expect(findings).toEqual([]);
  expect(notRead).toMatchObject([{ what: `node groups of ${CLUSTER_NAME}`, code: "access-denied" }]);
  expect(code).toBe(4);
});
