import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld } from "../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../worlds/world.ts";
import { clusterOf, type Cluster } from "./cluster.ts";
import { STORY } from "./commands.ts";
import { cloudFormationOf, makeEksctlAccount } from "./eksctl-account.ts";
import { irsa } from "./irsa.ts";
import { roleOf, withoutWriting } from "./observe-world.ts";

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
async function holdings(roleName: string): Promise<object> {
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
  await makeEksctlAccount(world, "words/reader");
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

test("adopt takes one account over, proves it, and finds nothing to do after that", async () => {
  const { roleName, roleArn } = await makeEksctlAccount(world, "one/cart");
  const before = await holdings(roleName);
  const plan = await withoutWriting(world, () => adopt("one/cart"));
  expect(plan).toMatchObject({ code: 0 });
  const done = await adopt("one/cart", "--approve", "--wait");
  expect(done).toMatchObject({ code: 0 });
  expect(done.stdout).toContain(`Taken over: one/cart with ${roleArn}.\n  STS accepts its token.`);
  expect(await holdings(roleName)).toEqual(before);
  expect(await cluster.annotations("one", "cart")).toMatchObject({ "irsa/account": "adopted" });
  const again = await withoutWriting(world, () => adopt("one/cart", "--approve"));
  expect(again.stdout).toContain("Nothing to do.");
});

test("adopt --all --release-stacks deletes the stacks and keeps all that they made", async () => {
  const accounts = [
    await makeEksctlAccount(world, "many/a", { isProtected: true }),
    await makeEksctlAccount(world, "many/b"),
  ];
  const before = await Promise.all(accounts.map(({ roleName }) => holdings(roleName)));
  const plan = await withoutWriting(world, () => adopt("--all", "--release-stacks"));
  expect(plan.stdout).toContain("many/a");
  const done = await adopt("--all", "--release-stacks", "--approve");
  expect(done).toMatchObject({ code: 0 });
  for (const [index, { stack, roleName }] of accounts.entries()) {
    expect(await stackStatus(stack)).toBeUndefined();
    expect(await holdings(roleName)).toEqual(before[index]);
    expect((await roleOf(world.aws.iam(), roleName)).tags).not.toHaveProperty(["irsa/releasing"]);
  }
  const again = await withoutWriting(world, () => adopt("--all", "--release-stacks", "--approve"));
  expect(again).toMatchObject({ code: 0 });
});
