import { CreateAddonCommand, EKSClient } from "@aws-sdk/client-eks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { createSa, S3_READ, STORY } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { roleOf } from "../observe-world.ts";

const ROLE = "cart-role";
const ANNOTATION = "eks.amazonaws.com/role-arn";
const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart } }
    spec:
      serviceAccountName: cart
      containers: [{ name: app, image: app }]
`;

let world: World;
let cluster: Cluster;
let eks: EKSClient;

const run = (args: readonly string[]) => irsa(args, world.environmentOf("admin"));
const migrate = (...flags: readonly string[]) =>
  run(["migrate-pod-identity", "shop/cart", "--cluster", CLUSTER_NAME, ...flags, "-o", "json", "--approve"]);
const variables = async (): Promise<readonly string[]> => {
  const { spec } = await cluster.runningPod("shop", "app=cart");
  return (spec?.containers[0]?.env ?? []).map(({ name }) => name);
};
const trustNow = async () => JSON.stringify((await roleOf(world.aws.iam(), ROLE)).trust);

async function rowAfter(...flags: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await migrate(...flags);
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  const { result } = JSON.parse(stdout) as { result: { serviceAccounts: readonly object[] } };
  return result.serviceAccounts[0];
}

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
  const { url: endpoint, region, keys } = world.aws;
  eks = new EKSClient({ endpoint, region, credentials: keys.admin });
  for (const args of [
    STORY.associate,
    createSa("shop/cart", "--role-name", ROLE, "--policy-arn", S3_READ, "--approve"),
  ])
    expect(await run(args)).toMatchObject({ code: 0 });
  await cluster.apply(DEPLOYMENT);
  await cluster.runningPod("shop", "app=cart");
});
afterAll(async () => {
  eks?.destroy();
  await world?.stop();
});

describe("a ServiceAccount moves to EKS Pod Identity, and back", () => {
  test("not while the agent does not run", async () => {
    const { code, stdout } = await migrate();
    expect(code).not.toBe(0);
    expect(stdout).toContain("the EKS Pod Identity agent does not run in the cluster");
    expect(await trustNow()).not.toContain("pods.eks.amazonaws.com");
  });

  test("there", async () => {
    await eks.send(
      new CreateAddonCommand({ clusterName: CLUSTER_NAME, addonName: "eks-pod-identity-agent" }),
    );
    await cluster.runningPod("kube-system", "app.kubernetes.io/name=eks-pod-identity-agent");
    expect(await rowAfter()).toMatchObject({ state: "applied", next: "restart", pods: { irsa: 1 } });
    expect(await variables()).toContain("AWS_ROLE_ARN");
    expect(await rowAfter("--finish")).toMatchObject({ state: "inSync", next: "restart" });
    expect(await rowAfter("--restart")).toMatchObject({ state: "applied", next: "finish" });
    expect(await variables()).toContain("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    expect(await cluster.annotations("shop", "cart")).toHaveProperty([ANNOTATION]);
    expect(await rowAfter("--finish")).toMatchObject({
      state: "applied",
      next: null,
      pods: { podIdentity: 1 },
    });
    expect(await cluster.annotations("shop", "cart")).not.toHaveProperty([ANNOTATION]);
    expect(await trustNow()).not.toContain("AssumeRoleWithWebIdentity");
    expect(await rowAfter("--restart", "--finish")).toMatchObject({ state: "inSync", next: null });
  });

  test("and back", async () => {
    expect(await rowAfter("--back")).toMatchObject({ state: "applied", next: "restart" });
    expect(await trustNow()).toContain("AssumeRoleWithWebIdentity");
    expect(await rowAfter("--back", "--restart")).toMatchObject({ state: "applied", next: "finish" });
    expect(await variables()).toContain("AWS_ROLE_ARN");
    expect(await rowAfter("--back", "--finish")).toMatchObject({ state: "applied", next: null });
    expect(await trustNow()).not.toContain("pods.eks.amazonaws.com");
    expect(await cluster.annotations("shop", "cart")).toHaveProperty([ANNOTATION]);
  });
});
