import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PrincipalName } from "../../../worlds/aws-world.ts";
import { startWorld } from "../../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { irsa } from "../../irsa.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => world?.stop());

interface Answer {
  readonly checks: readonly { readonly check: string; readonly status: string }[];
}

async function doctor(principal: PrincipalName, ...args: readonly string[]) {
  const command = ["doctor", "--cluster", CLUSTER_NAME, ...args, "-o", "json"];
  const { code, stdout } = await irsa(command, world.environmentOf(principal));
  const { checks } = (JSON.parse(stdout) as { result: Answer }).result;
  return { code, stdout, rights: checks.find(({ check }) => check === "aws-rights")?.status };
}

test("a user is asked about", async () => {
  expect(await doctor("admin")).toMatchObject({ code: 0, rights: "PASS" });
});

test("a session's role is asked about, by IAM's simulation", async () => {
  const iam = world.aws.iam();
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: world.aws.awsAccount } }],
  });
  await iam.send(new CreateRoleCommand({ RoleName: "deployer", AssumeRolePolicyDocument }));
  const allow = (Action: readonly string[]) =>
    iam.send(
      new PutRolePolicyCommand({
        RoleName: "deployer",
        PolicyName: "all",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action, Resource: "*" }],
        }),
      }),
    );
  await allow(["iam:*", "eks:*", "eks-auth:*"]);
  expect(await doctor("session")).toMatchObject({ code: 0, rights: "PASS" });
  await allow(["iam:Get*", "iam:List*", "eks:*"]);
  const { code, rights, stdout } = await doctor("session", "create-sa");
  expect({ code, rights }).toEqual({ code: 3, rights: "FAIL" });
  expect(stdout).toContain("iam:CreateRole");
});
