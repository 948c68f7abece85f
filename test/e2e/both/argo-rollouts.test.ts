import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PATIENCE } from "../../worlds/patience.ts";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { installArgoRollouts } from "../argo-rollouts.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { S3_READ, STORY } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { withoutWriting } from "../observe-world.ts";

const NAMESPACE = "amazon-cloudwatch";
const SERVICE_ACCOUNT = "cloudwatch-agent";

let world: World;
let cluster: Cluster;
let argo: { stop: () => Promise<void> };

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
  for (const command of [STORY.associate, STORY.create])
    expect(await run(command)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await argo?.stop();
  await world?.stop();
});

const run = (args: readonly string[]) => irsa(args, world.environmentOf("admin"));
const useSa = (...args: readonly string[]) =>
  run(["use-sa", "--cluster", CLUSTER_NAME, "-n", NAMESPACE, "--name", SERVICE_ACCOUNT, ...args]);
const on = (command: string, ...args: readonly string[]) =>
  run([command, "--cluster", CLUSTER_NAME, ...args]);

function template(name: string, serviceAccountName?: string): object {
  return {
    metadata: { labels: { app: name } },
    spec: {
      ...(serviceAccountName !== undefined && { serviceAccountName }),
      containers: [{ name: "app", image: "registry.example/app:1" }],
    },
  };
}

function rollout(name: string, spec: object): string {
  return JSON.stringify({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Rollout",
    metadata: { name, namespace: NAMESPACE },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, strategy: { canary: {} }, ...spec },
  });
}

test("a Rollout that is not there is not found, whether or not the cluster has the kind", async () => {
  const plan = await withoutWriting(world, () => useSa("rollout/web", "--approve"));
  expect(plan).toMatchObject({ code: 1 });
  expect(plan.stderr).toContain(`rollout/web not found in namespace ${NAMESPACE}`);
  const stale = await on("stale-pods", "-n", NAMESPACE);
  expect(stale).toMatchObject({ code: 0, stderr: "" });
  argo = await installArgoRollouts(world, NAMESPACE);
});

describe("a live Rollout with a template of its own", () => {
  beforeAll(async () => {
    argo ??= await installArgoRollouts(world, NAMESPACE);
    await cluster.apply(rollout("web", { template: template("web") }));
    await cluster.runningPod(NAMESPACE, "app=web");
  });

  test("is bound, rolled out, and one of its new pods proved", async () => {
    const bound = await useSa("ro/web", "--approve", "-o", "json");
    expect(bound).toMatchObject({ code: 0 });
    expect(JSON.parse(bound.stdout)).toMatchObject({
      state: "done",
      result: {
        workloads: [
          {
            workload: { kind: "rollout", namespace: NAMESPACE, name: "web" },
            rollout: { state: "done", message: "1 pod" },
            pod: { state: "injected" },
          },
        ],
        proof: { state: "accepted" },
      },
    });
    const pod = await cluster.runningPod(NAMESPACE, "app=web");
    expect(pod.spec?.serviceAccountName).toBe(SERVICE_ACCOUNT);
    expect(await useSa("rollout/web", "--exit-code")).toMatchObject({ code: 0 });
  });

  test("is verified by every name that kubectl has for it", async () => {
    for (const subject of [`rollout/${NAMESPACE}/web`, `rollouts.argoproj.io/${NAMESPACE}/web`]) {
      const verified = await on("verify", subject, "-o", "json");
      expect(verified).toMatchObject({ code: 0 });
      expect(JSON.parse(verified.stdout)).toMatchObject({
        result: { chains: [{ subject: { kind: "rollout", name: "web" }, verdict: "works" }] },
      });
    }
  });

  test("is drawn with its pods", async () => {
    const graph = await on("graph", "-o", "json");
    expect(graph).toMatchObject({ code: 0 });
    expect(graph.stdout).toContain('"rollout/web"');
  });
});

describe("a live Rollout that refers to a Deployment", () => {
  beforeAll(async () => {
    argo ??= await installArgoRollouts(world, NAMESPACE);
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "cart", namespace: NAMESPACE },
      spec: { replicas: 0, selector: { matchLabels: { app: "cart" } }, template: template("cart") },
    };
    await cluster.apply(JSON.stringify(deployment));
    const workloadRef = { apiVersion: "apps/v1", kind: "Deployment", name: "cart" };
    await cluster.apply(rollout("cart", { workloadRef }));
    await cluster.runningPod(NAMESPACE, "app=cart");
  });

  test("has the Deployment edited, and its own pods replaced", async () => {
    const alone = await withoutWriting(world, () => useSa("rollout/cart", "--approve"));
    expect(alone).toMatchObject({ code: 1 });
    expect(alone.stderr).toContain("rollout/cart uses the pod template of deployment/cart");
    expect(alone.stderr).toContain("rollout/cart deployment/cart\n");
    const bound = await useSa("rollout/cart", "deployment/cart", "--approve");
    expect(bound).toMatchObject({ code: 0 });
    const { spec } = await cluster.apps.readNamespacedDeployment({ namespace: NAMESPACE, name: "cart" });
    expect(spec?.template.spec?.serviceAccountName).toBe(SERVICE_ACCOUNT);
    // Argo Rollouts sees the Deployment's change on its own time.
    const replaced = async (): Promise<void> => {
      const pod = await cluster.runningPod(NAMESPACE, "app=cart");
      expect(pod.spec?.serviceAccountName).toBe(SERVICE_ACCOUNT);
    };
    await vi.waitFor(replaced, PATIENCE);
    expect(await on("verify", `rollout/${NAMESPACE}/cart`)).toMatchObject({ code: 0 });
  });
});

test("stale pods of a Rollout are restarted by its restartAt, and by nothing else", async () => {
  argo ??= await installArgoRollouts(world, NAMESPACE);
  const late = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "late", namespace: NAMESPACE } };
  await cluster.apply(JSON.stringify(late));
  await cluster.apply(rollout("late", { template: template("late", "late") }));
  const before = await cluster.runningPod(NAMESPACE, "app=late");
  const create = ["create-sa", "--cluster", CLUSTER_NAME, "-n", NAMESPACE, "--name", "late"];
  const created = await run([
    ...create,
    "--override-existing-serviceaccounts",
    "--policy-arn",
    S3_READ,
    "--approve",
  ]);
  expect(created).toMatchObject({ code: 0 });
  expect(`${created.stdout}${created.stderr}`).toContain(
    `kubectl argo rollouts restart late -n ${NAMESPACE}`,
  );
  const listed = await on("stale-pods", "-n", NAMESPACE);
  expect(listed).toMatchObject({ code: 3 });
  expect(listed.stdout).toContain("rollout/late");
  const restarted = await on("stale-pods", "-n", NAMESPACE, "--restart", "--approve");
  expect(restarted).toMatchObject({ code: 0 });
  const after = await cluster.runningPod(NAMESPACE, "app=late");
  expect(after.metadata?.name).not.toBe(before.metadata?.name);
  expect(after.metadata?.labels).toEqual(before.metadata?.labels);
  expect(await on("verify", `rollout/${NAMESPACE}/late`)).toMatchObject({ code: 0 });
});

test("a Rollout in a file is edited, and one that refers elsewhere is skipped with the reason", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rollouts-"));
  try {
    const file = join(folder, "rollout.yaml");
    const workloadRef = { apiVersion: "apps/v1", kind: "Deployment", name: "cart" };
    const text = `${rollout("web", { template: template("web") })}\n---\n${rollout("cart", { workloadRef })}\n`;
    await writeFile(file, text);
    const bound = await run(["use-sa", "-n", NAMESPACE, "--name", SERVICE_ACCOUNT, "-f", file]);
    expect(bound).toMatchObject({ code: 0 });
    expect(bound.stdout).toContain(`"serviceAccountName": "${SERVICE_ACCOUNT}"`);
    expect(bound.stderr).toContain("Rollout/cart uses the pod template of Deployment/cart (workloadRef)");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
