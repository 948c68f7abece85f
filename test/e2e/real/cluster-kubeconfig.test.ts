import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { AdmissionregistrationV1Api, CoreV1Api, KubeConfig, Watch } from "@kubernetes/client-node";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startControlPlane, type ControlPlane } from "../../worlds/control-plane/control-plane.ts";
import { cleanEnvironment } from "../../worlds/environment.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { PATIENCE } from "../../worlds/patience.ts";
import { CLUSTER_NAME } from "../../worlds/world.ts";
import { environmentSaidBy } from "./clients/running-sandbox.ts";
import { STORY } from "../commands.ts";
import { EXECUTABLE, irsa } from "../irsa.ts";

const NAMESPACE = "amazon-cloudwatch";
const SERVICE_ACCOUNT = "cloudwatch-agent";

let plane: ControlPlane;
let home: string;
let sandbox: ChildProcess;
let set: Readonly<Record<string, string>>;
let cluster: Cluster;

beforeAll(async () => {
  plane = await startControlPlane({ workloads: true });
  cluster = clusterOf(plane);
  home = await mkdtemp(join(tmpdir(), "irsa-test-"));
  const flags = [
    "-c",
    CLUSTER_NAME,
    "--cluster-kubeconfig",
    plane.adminKubeconfig,
    "--register-webhook",
    "--allow-cluster-writes",
  ];
  const args = [EXECUTABLE, "sandbox", "start", ...flags, "-o", "json"];
  sandbox = spawn(process.execPath, args, {
    env: cleanEnvironment(home),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  sandbox.stdout?.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  set = { ...cleanEnvironment(home), ...(await environmentSaidBy(() => output)) };
});
afterAll(async () => {
  sandbox?.kill("SIGKILL");
  await plane?.stop();
  await rm(home, { recursive: true });
});

/** The cluster as the sandbox's kubeconfig reaches it. */
function through(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(set["KUBECONFIG"] ?? "");
  return config;
}

test("the story comes true on a real cluster, in front of which AWS is emulated", async () => {
  for (const command of [STORY.associate, STORY.create]) {
    const done = await irsa(command, set);
    expect(done).toMatchObject({ code: 0 });
  }
  await cluster.apply(await readFile(new URL("../fixtures/cwagent-daemonset.yaml", import.meta.url), "utf8"));
  const pod = await cluster.runningPod(NAMESPACE, "name=cloudwatch-agent");
  const role = (await cluster.annotations(NAMESPACE, SERVICE_ACCOUNT))?.["eks.amazonaws.com/role-arn"] ?? "";
  expect(pod.spec?.containers[0]?.env).toContainEqual({ name: "AWS_ROLE_ARN", value: role });
  const sts = new STSClient({
    endpoint: set["AWS_ENDPOINT_URL"] ?? "",
    region: "eu-west-1",
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
  });
  const exchange = async (token: string) =>
    sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: role,
        RoleSessionName: "pod",
        WebIdentityToken: token,
      }),
    );
  expect((await exchange(await cluster.podToken(pod))).Credentials?.AccessKeyId).toMatch(/^ASIA/);
  const stranger = await cluster.serviceAccountToken("default", "default", "sts.amazonaws.com");
  await expect(exchange(stranger)).rejects.toMatchObject({ name: "AccessDenied" });
});

test("a watch comes through, event by event", async () => {
  const seen: string[] = [];
  const watch = await new Watch(through()).watch(
    "/api/v1/namespaces/default/configmaps",
    {},
    (type, object: { metadata: { name: string } }) => seen.push(`${type} ${object.metadata.name}`),
    () => undefined,
  );
  try {
    const core = through().makeApiClient(CoreV1Api);
    await core.createNamespacedConfigMap({ namespace: "default", body: { metadata: { name: "told" } } });
    await vi.waitFor(() => expect(seen).toContain("ADDED told"), PATIENCE);
    await core.deleteNamespacedConfigMap({ namespace: "default", name: "told" });
    await vi.waitFor(() => expect(seen).toContain("DELETED told"), PATIENCE);
  } finally {
    watch.abort();
  }
});

test("whom EKS would not allow is not let through", async () => {
  const config = through();
  config.users = [
    { name: config.getCurrentUser()?.name ?? "", token: "k8s-aws-v1.aHR0cHM6Ly9zdHMuZXhhbXBsZS8" },
  ];
  await expect(config.makeApiClient(CoreV1Api).listNamespace()).rejects.toMatchObject({ code: 401 });
});

test("at the end the webhook's registration is gone from the cluster", async () => {
  const config = new KubeConfig();
  config.loadFromFile(plane.adminKubeconfig);
  const api = config.makeApiClient(AdmissionregistrationV1Api);
  const registered = async () => {
    const { items } = await api.listMutatingWebhookConfiguration();
    return items.map(({ metadata }) => metadata?.name);
  };
  expect(await registered()).toEqual(["pod-identity-webhook"]);
  const ended = once(sandbox, "exit");
  sandbox.kill("SIGINT");
  expect((await ended)[0]).toBe(0);
  expect(await registered()).toEqual([]);
});

test("a webhook that is not a sandbox's is left alone", async () => {
  const config = new KubeConfig();
  config.loadFromFile(plane.adminKubeconfig);
  const api = config.makeApiClient(AdmissionregistrationV1Api);
  await api.createMutatingWebhookConfiguration({ body: { metadata: { name: "pod-identity-webhook" } } });
  const flags = [
    "--cluster-kubeconfig",
    plane.adminKubeconfig,
    "--register-webhook",
    "--allow-cluster-writes",
  ];
  const refused = await irsa(["sandbox", "run", ...flags, "--", "true"], cleanEnvironment(home));
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("that was not created by a sandbox");
  await api.readMutatingWebhookConfiguration({ name: "pod-identity-webhook" });
});
