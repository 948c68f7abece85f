import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { STORY } from "../commands.ts";
import { cloudFormationOf, makeEksctlServiceAccount } from "../eksctl-account.ts";
import { irsa } from "../irsa.ts";
import { roleOf, withoutWriting } from "../observe-world.ts";

let world: World;
let cluster: Cluster;

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
  expect(await run(STORY.associate)).toMatchObject({ code: 0 });
});
afterAll(async () => world?.stop());

const run = (args: readonly string[]) => irsa(args, world.environmentOf("admin"));
const adopt = (...args: readonly string[]) => run(["adopt", ...args, "--cluster", CLUSTER_NAME]);

/** A role without its tags: what a take-over must leave as it is. */
async function permissionsOf(roleName: string): Promise<object> {
  const { tags: _tags, ...rest } = await roleOf(world.aws.iam(), roleName);
  return rest;
}

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

test("eksctl's words stop at what is eksctl's, and name the command that takes it over", async () => {
  await makeEksctlServiceAccount(world, "words/reader");
  const named = `--cluster ${CLUSTER_NAME} --namespace words --name reader`;
  for (const line of [
    `update iamserviceaccount ${named} --attach-policy-arn arn:aws:iam::aws:policy/AmazonSQSFullAccess --approve`,
    `delete iamserviceaccount ${named}`,
  ]) {
    const stopped = await withoutWriting(world, () => run(line.split(" ")));
    expect(stopped).toMatchObject({ code: 1 });
    expect(stopped.stderr).toContain(`irsa adopt words/reader --cluster ${CLUSTER_NAME} --approve`);
  }
});

test("adopt takes one ServiceAccount over, proves it, and finds nothing to do after that", async () => {
  const { roleName, roleArn } = await makeEksctlServiceAccount(world, "one/cart");
  const before = await permissionsOf(roleName);
  const plan = await withoutWriting(world, () => adopt("one/cart"));
  expect(plan).toMatchObject({ code: 0 });
  const done = await adopt("one/cart", "--approve", "--wait");
  expect(done).toMatchObject({ code: 0 });
  expect(done.stdout).toContain(`Adopted: one/cart with ${roleArn}.\n  STS accepts its token.`);
  expect(await permissionsOf(roleName)).toEqual(before);
  expect(await cluster.annotations("one", "cart")).toMatchObject({ "irsa/account": "adopted" });
  const again = await withoutWriting(world, () => adopt("one/cart", "--approve"));
  expect(again.stdout).toContain("Nothing to do.");
});

test("adopt --all --release-stacks deletes the stacks and keeps all that they made", async () => {
  const serviceAccounts = [
    await makeEksctlServiceAccount(world, "many/a", { isProtected: true }),
    await makeEksctlServiceAccount(world, "many/b"),
  ];
  const before = await Promise.all(serviceAccounts.map(({ roleName }) => permissionsOf(roleName)));
  const plan = await withoutWriting(world, () => adopt("--all", "--release-stacks"));
  expect(plan.stdout).toContain("many/a");
  const done = await adopt("--all", "--release-stacks", "--approve");
  expect(done).toMatchObject({ code: 0 });
  for (const [index, { stack, roleName }] of serviceAccounts.entries()) {
    expect(await stackStatus(stack)).toBeUndefined();
    expect(await permissionsOf(roleName)).toEqual(before[index]);
    expect((await roleOf(world.aws.iam(), roleName)).tags).not.toHaveProperty(["irsa/releasing"]);
  }
  const again = await withoutWriting(world, () => adopt("--all", "--release-stacks", "--approve"));
  expect(again).toMatchObject({ code: 0 });
});

test.each([
  ["the stack is told to keep what it made", "cloudformation:UpdateStack"],
  ["the stack is deleted", "cloudformation:DeleteStack"],
  ["the role is compared with what it was", "iam:UntagRole"],
])("killed while %s, the same command again finishes it", async (_, action) => {
  const path = `killed/at-${action.replace(":", "-").toLowerCase()}`;
  const { stack, roleName } = await makeEksctlServiceAccount(world, path);
  const before = await permissionsOf(roleName);
  const line = ["adopt", path, "--release-stacks", "--approve", "--cluster", CLUSTER_NAME];
  const killed = await irsa(line, world.environmentOf("admin"), {
    onStart: (child) => world.aws.before(action, async () => void child.kill("SIGKILL")),
  });
  expect(killed.code).toBe(-1);
  world.aws.clearFaults();
  expect(await permissionsOf(roleName)).toEqual(before);
  expect(await run(line)).toMatchObject({ code: 0 });
  expect(await stackStatus(stack)).toBeUndefined();
  expect(await permissionsOf(roleName)).toEqual(before);
  expect((await roleOf(world.aws.iam(), roleName)).tags).not.toHaveProperty(["irsa/releasing"]);
});

test("delete-sa gives an adopted role back as it was, and eksctl's words do the same", async () => {
  const { roleName } = await makeEksctlServiceAccount(world, "back/cart");
  const before = await roleOf(world.aws.iam(), roleName);
  expect(await adopt("back/cart", "--release-stacks", "--approve")).toMatchObject({ code: 0 });
  const words = `delete iamserviceaccount --cluster ${CLUSTER_NAME} --namespace back --name cart`;
  expect(await run(words.split(" "))).toMatchObject({ code: 0 });
  expect(await roleOf(world.aws.iam(), roleName)).toEqual(before);
  expect(await cluster.annotations("back", "cart")).toEqual({});
});

test("of several, one that can't be adopted stops none of the others", async () => {
  const { roleName } = await makeEksctlServiceAccount(world, "some/good");
  const { roleName: shared } = await makeEksctlServiceAccount(world, "some/shared");
  const { trust } = await roleOf(world.aws.iam(), shared);
  const open = JSON.stringify(trust)
    .replaceAll("StringEquals", "StringLike")
    .replace("some:shared", "some:*");
  await world.aws.iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: shared, PolicyDocument: open }));
  const done = await adopt("some/good", "some/shared", "some/missing", "--approve", "-o", "json");
  expect(done).toMatchObject({ code: 1 });
  const { result } = JSON.parse(done.stdout) as { result: { serviceAccounts: readonly object[] } };
  expect(result.serviceAccounts).toMatchObject([
    { serviceAccount: { namespace: "some", name: "good" }, proof: { state: "accepted" } },
    {
      serviceAccount: { namespace: "some", name: "shared" },
      state: "failed",
      error: { code: "role-shared" },
    },
    {
      serviceAccount: { namespace: "some", name: "missing" },
      state: "failed",
      error: { code: "no-account" },
    },
  ]);
  expect((await roleOf(world.aws.iam(), roleName)).tags).toMatchObject({ "irsa/origin": "adopted" });
});
