import { ListPodIdentityAssociationsCommand, EKSClient } from "@aws-sdk/client-eks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { S3_READ } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { withoutWriting } from "../observe-world.ts";

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

const run = (args: readonly string[], input?: string) =>
  irsa(args, world.environmentOf("admin"), input === undefined ? {} : { input });

const head = () => `apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: ${CLUSTER_NAME}, region: ${world.aws.region} }
`;
const file = () => `${head()}iam:
  withOIDC: true
  serviceAccounts:
  - { metadata: { namespace: shop, name: cart, labels: { tier: front } }, attachPolicyARNs: ["${S3_READ}"] }
  podIdentityAssociations:
  - { namespace: shop, serviceAccountName: search, createServiceAccount: true, permissionPolicyARNs: ["${S3_READ}"], tags: { team: edge } }
  - namespace: shop
    serviceAccountName: batch
    disableSessionTags: true
    policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}'
    permissionPolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "sqs:SendMessage", Resource: "*" }] }
`;
const associated = async () => {
  const { associations = [] } = await eks.send(
    new ListPodIdentityAssociationsCommand({ clusterName: CLUSTER_NAME }),
  );
  return associations.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`).toSorted();
};

test("a file with both ways is applied, and then plans to no change", async () => {
  const planned = await withoutWriting(world, () => run(["plan", "-f", "-"], file()));
  expect(planned).toMatchObject({ code: 0 });
  expect(planned.stdout).toContain("3 ServiceAccounts: 0 up to date, 3 to create or change");
  expect(await run(["apply", "-f", "-", "--set", "shop", "--approve"], file())).toMatchObject({ code: 0 });
  expect(await associated()).toEqual(["shop/batch", "shop/search"]);
  expect(await cluster.annotations("shop", "search")).not.toHaveProperty("eks.amazonaws.com/role-arn");
  expect(await cluster.annotations("shop", "batch")).toBeUndefined();
  expect(await run(["plan", "-f", "-", "--exit-code"], file())).toMatchObject({ code: 0 });
});

test("get-sa -o clusterconfig writes both ways, and that file plans to no change", async () => {
  const written = await run(["get-sa", "--cluster", CLUSTER_NAME, "-o", "clusterconfig"]);
  expect(written).toMatchObject({ code: 0, stderr: "" });
  expect(written.stdout).not.toContain("# not in this file");
  const again = await withoutWriting(world, () => run(["plan", "-f", "-", "--detect-drift"], written.stdout));
  expect(again).toMatchObject({ code: 0 });
  expect(again.stdout).toContain("All 3 ServiceAccounts are up to date.");
});

test("what is no longer in the file is pruned, association first", async () => {
  const less = file().replace(/^ {2}- \{ namespace: shop, serviceAccountName: search.*\n/m, "");
  const pruned = await run(
    ["apply", "-f", "-", "--set", "shop", "--prune", "--prune-max", "1", "--approve"],
    less,
  );
  expect(pruned).toMatchObject({ code: 0 });
  expect(await associated()).toEqual(["shop/batch"]);
  expect(await cluster.annotations("shop", "search")).toBeUndefined();
});

test("a ServiceAccount by both ways is refused before anything is read", async () => {
  const twice = file().replace("serviceAccountName: search", "serviceAccountName: cart");
  const refused = await withoutWriting(world, () => run(["apply", "-f", "-", "--approve"], twice));
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain(
    "'shop/cart' is in iam.podIdentityAssociations and in iam.serviceAccounts",
  );
});
