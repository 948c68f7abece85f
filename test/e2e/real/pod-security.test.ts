import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  loadAllYaml,
  type KubernetesObject,
  type V1CronJob,
} from "@kubernetes/client-node";
import { stringify } from "yaml";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startControlPlane, type ControlPlane } from "../../worlds/control-plane/control-plane.ts";
import { irsa } from "../irsa.ts";
import { PATIENCE } from "../../worlds/patience.ts";

const ARN = "arn:aws:eks:eu-west-1:111122223333:cluster/my-cluster";

let plane: ControlPlane;
let core: CoreV1Api;
let apps: AppsV1Api;

const manifests = async (...flags: readonly string[]): Promise<string> => {
  const image = ["--image", "registry.example/irsa:0.1.0"];
  const run = await irsa(["export", "in-cluster", "--cluster", ARN, ...image, ...flags], {});
  expect(run).toMatchObject({ code: 0, stderr: "" });
  return run.stdout;
};

beforeAll(async () => {
  plane = await startControlPlane({ workloads: true });
  const config = new KubeConfig();
  config.loadFromFile(plane.adminKubeconfig);
  [core, apps] = [config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api)];
  await plane.apply(await manifests());
});
afterAll(async () => plane?.stop());

test("the namespace refuses what the standard restricted does", async () => {
  const pod = {
    metadata: { name: "rooted" },
    spec: { containers: [{ name: "a", image: "a", securityContext: { privileged: true } }] },
  };
  await expect(core.createNamespacedPod({ namespace: "irsa", body: pod })).rejects.toThrow(
    /violates PodSecurity .*restricted:latest/,
  );
});

test("and admits both replicas of the Deployment, which run", async () => {
  await vi.waitFor(async () => {
    const { status } = await apps.readNamespacedDeployment({ namespace: "irsa", name: "irsa" });
    expect(status).toMatchObject({ replicas: 2, readyReplicas: 2 });
  }, PATIENCE);
});

test("and the pod of the CronJob", async () => {
  const documents = loadAllYaml(await manifests("--schedule", "0 6 * * *")) as KubernetesObject[];
  const cronJob = documents.find(({ kind }) => kind === "CronJob") as V1CronJob;
  await plane.apply(stringify(cronJob));
  const { spec } = cronJob.spec?.jobTemplate.spec?.template ?? {};
  const body = { metadata: { name: "audit" }, ...(spec && { spec }) };
  await expect(core.createNamespacedPod({ namespace: "irsa", body, dryRun: "All" })).resolves.toMatchObject({
    spec: { serviceAccountName: "irsa" },
  });
});
