import { EKSClient, ListPodIdentityAssociationsCommand } from "@aws-sdk/client-eks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { S3_READ } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { roleOf, withoutWriting } from "../observe-world.ts";

let world: World;
let cluster: Cluster;
let eks: EKSClient;

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
  const { url: endpoint, region, keys } = world.aws;
  eks = new EKSClient({ endpoint, region, credentials: keys.admin });
});
afterAll(async () => {
  eks?.destroy();
  await world?.stop();
});

const run = (line: string, input?: string) =>
  irsa(line.split(" "), world.environmentOf("admin"), input === undefined ? {} : { input });
const READER = `--cluster ${CLUSTER_NAME} --namespace words --service-account-name reader`;
const associated = async () => {
  const { associations = [] } = await eks.send(
    new ListPodIdentityAssociationsCommand({ clusterName: CLUSTER_NAME }),
  );
  return associations.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`).toSorted();
};

async function roleName(): Promise<string> {
  const list = await run(`get podidentityassociation ${READER} -o json`);
  expect(list).toMatchObject({ code: 0 });
  const { result } = JSON.parse(list.stdout) as { result: { serviceAccounts: { role: string }[] } };
  return result.serviceAccounts[0]?.role.split("/").at(-1) ?? "";
}

test("create does irsa's thing immediately, and says its words", async () => {
  const line = `create podidentityassociation ${READER} --permission-policy-arns ${S3_READ} --create-service-account`;
  const created = await run(line);
  expect(created).toMatchObject({ code: 0 });
  expect(created.stderr).toContain(
    `the irsa command is: irsa create-sa --cluster ${CLUSTER_NAME} --namespace words --name reader --pod-identity --policy-arn ${S3_READ}`,
  );
  expect(await associated()).toEqual(["words/reader"]);
  expect(await cluster.annotations("words", "reader")).toBeDefined();
  expect(await roleName()).toMatch(/^eksctl-/);
  expect(await withoutWriting(world, () => run(line))).toMatchObject({ code: 0 });
});

test("update gives the association another role", async () => {
  const name = await roleName();
  const { arn } = await roleOf(world.aws.iam(), name);
  const update = `update podidentityassociation ${READER} --role-arn ${arn} --target-role-arn arn:aws:iam::999988887777:role/target`;
  expect(await run(update)).toMatchObject({ code: 0 });
  const gone = await withoutWriting(world, () =>
    run(`update podidentityassociation ${READER} --role-arn ${arn}-gone`),
  );
  expect(gone.code).not.toBe(0);
  expect(await roleName()).toBe(name);
});

test("what is not supported is refused by name, before anything is read", async () => {
  const refused = await withoutWriting(world, () =>
    run(`create podidentityassociation ${READER} --well-known-policies externalDNS`),
  );
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain("--well-known-policies is not supported");
});

test("delete removes association, role and ServiceAccount", async () => {
  const name = await roleName();
  expect(await run(`delete podidentityassociation ${READER}`)).toMatchObject({ code: 0 });
  expect(await associated()).toEqual([]);
  expect(await cluster.annotations("words", "reader")).toBeUndefined();
  await expect(roleOf(world.aws.iam(), name)).rejects.toMatchObject({ name: "NoSuchEntityException" });
});
