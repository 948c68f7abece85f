import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { S3_READ } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { roleOf, withoutWriting } from "../observe-world.ts";

let world: World;
let cluster: Cluster;

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
});
afterAll(async () => world?.stop());

const run = (line: string) => irsa(line.split(" "), world.environmentOf("admin"));
const roleName = async (name: string): Promise<string> =>
  ((await cluster.annotations("words", name))?.["eks.amazonaws.com/role-arn"] ?? "").split("/").at(-1) ?? "";
const serviceAccount = (name: string) => `--cluster ${CLUSTER_NAME} --namespace words --name ${name}`;
const SQS = "arn:aws:iam::aws:policy/AmazonSQSFullAccess";

test("the command lines of eksctl's runbooks do irsa's thing, and say its words", async () => {
  const associated = await run(`utils associate-iam-oidc-provider --cluster ${CLUSTER_NAME} --approve`);
  expect(associated).toMatchObject({ code: 0 });
  expect(associated.stderr).toContain(
    `the irsa command is: irsa associate-oidc --cluster ${CLUSTER_NAME} --approve`,
  );
  const create = `create iamserviceaccount ${serviceAccount("reader")} --attach-policy-arn ${S3_READ} --approve`;
  expect(await run(create)).toMatchObject({ code: 0 });
  expect(await roleName("reader")).toMatch(/^eksctl-/);
  expect(await withoutWriting(world, () => run(create))).toMatchObject({ code: 0 });
});

test("an existing ServiceAccount of somebody else's is left out, exit 0, and said", async () => {
  await cluster.core.createNamespacedServiceAccount({
    namespace: "words",
    body: { metadata: { name: "theirs" } },
  });
  const line = `create iamserviceaccount ${serviceAccount("theirs")} --attach-policy-arn ${S3_READ} --approve`;
  const left = await withoutWriting(world, () => run(line));
  expect(left).toMatchObject({ code: 0 });
  expect(left.stderr).toContain("skipped  ServiceAccount words/theirs already exists");
});

test("update sets the managed policies to those named, and delete removes the ServiceAccount and its role", async () => {
  const name = await roleName("reader");
  const update = `update iamserviceaccount ${serviceAccount("reader")} --attach-policy-arn ${SQS} --approve`;
  expect(await run(update)).toMatchObject({ code: 0 });
  expect((await roleOf(world.aws.iam(), name)).attached).toEqual([SQS]);
  expect(await run(`delete iamserviceaccount ${serviceAccount("reader")}`)).toMatchObject({ code: 0 });
  expect(await cluster.annotations("words", "reader")).toBeUndefined();
  await expect(roleOf(world.aws.iam(), name)).rejects.toMatchObject({ name: "NoSuchEntityException" });
});
