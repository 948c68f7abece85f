import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { cloudFormationOf, makeEksctlAssociation } from "../eksctl-account.ts";
import { irsa } from "../irsa.ts";
import { roleOf, withoutWriting } from "../observe-world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => world?.stop());

const run = (...args: readonly string[]) =>
  irsa([...args, "--cluster", CLUSTER_NAME], world.environmentOf("admin"));

async function stackStatus(StackName: string): Promise<string | undefined> {
  const client = cloudFormationOf(world);
  try {
    return (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus;
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}

test("adopts an association of eksctl's, deletes its stack and manages it from then on", async () => {
  const { stack, roleName, roleArn } = await makeEksctlAssociation(world, "one/cart");
  const before = await roleOf(world.aws.iam(), roleName);
  const line = ["adopt", "one/cart", "--release-stacks", "--restrict-trust"];
  expect(await withoutWriting(world, () => run(...line))).toMatchObject({ code: 0 });
  const done = await run(...line, "--approve");
  expect(done).toMatchObject({ code: 0 });
  expect(done.stdout).toContain(`Adopted: one/cart with ${roleArn}.`);
  expect(await stackStatus(stack)).toBeUndefined();
  const { tags, trust, ...rest } = await roleOf(world.aws.iam(), roleName);
  const { tags: _tags, trust: _trust, ...unchanged } = before;
  expect(rest).toEqual(unchanged);
  expect(tags).toMatchObject({ "irsa/origin": "adopted" });
  expect(JSON.stringify(trust)).toContain("aws:RequestTag/kubernetes-service-account");
  const again = await withoutWriting(world, () => run(...line, "--approve"));
  expect(again.stdout).toContain("Nothing to do.");
  const listed = await run("get-sa", "-n", "one", "-o", "json");
  const { result } = JSON.parse(listed.stdout) as { result: { serviceAccounts: readonly object[] } };
  expect(result.serviceAccounts).toMatchObject([
    { way: "podIdentity", role: roleArn, managedBy: "irsa", roleOrigin: "adopted", state: "inSync" },
  ]);
  const gone = await run("delete-sa", "one/cart", "--delete-adopted-role", "--approve");
  expect(gone).toMatchObject({ code: 0 });
});

test("adopt --all takes associations, and keeps what they trust without --restrict-trust", async () => {
  const { roleName } = await makeEksctlAssociation(world, "many/cart");
  const done = await run("adopt", "--all", "--approve", "-o", "json");
  expect(done).toMatchObject({ code: 0 });
  const { result } = JSON.parse(done.stdout) as { result: { serviceAccounts: readonly object[] } };
  expect(result.serviceAccounts).toMatchObject([
    { serviceAccount: { namespace: "many", name: "cart" }, way: "podIdentity", state: "adopted" },
  ]);
  const { trust } = await roleOf(world.aws.iam(), roleName);
  expect(trust).toMatchObject({ Statement: [{ Effect: "Allow" }, { Effect: "Allow" }] });
});

test.each([
  ["the trust policy is written", "iam:UpdateAssumeRolePolicy"],
  ["the association is tagged", "eks:TagResource"],
  ["the stack is deleted", "cloudformation:DeleteStack"],
])("killed while %s, the same command again finishes it", async (_, action) => {
  const path = `killed/at-${action.replace(":", "-").toLowerCase()}`;
  const { stack, roleName } = await makeEksctlAssociation(world, path);
  const line = ["adopt", path, "--release-stacks", "--restrict-trust", "--approve"];
  const killed = await irsa([...line, "--cluster", CLUSTER_NAME], world.environmentOf("admin"), {
    onStart: (child) => world.aws.before(action, async () => void child.kill("SIGKILL")),
  });
  expect(killed.code).toBe(-1);
  world.aws.clearFaults();
  expect(await run(...line)).toMatchObject({ code: 0 });
  expect(await stackStatus(stack)).toBeUndefined();
  expect((await roleOf(world.aws.iam(), roleName)).tags).not.toHaveProperty(["irsa/releasing"]);
});
