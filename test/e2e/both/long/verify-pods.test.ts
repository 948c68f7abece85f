import { setTimeout as sleep } from "node:timers/promises";
import type { V1PodSpec } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createCertificateAuthority } from "irsa-sandbox/parts";
import type { FindingCode } from "../../../../src/verification/rows.ts";
import { PATIENCE } from "../../../worlds/patience.ts";
import { startWorld } from "../../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { runFix } from "../../verify/run-fix.ts";
import { openShop, type Shop } from "../../verify/shop.ts";
import {
  admissionOf,
  patchWebhook,
  registration,
  WEBHOOK,
  type PatchOperation,
} from "../../verify/webhook.ts";

const TOKEN = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";
const ROLE_KEY = "eks.amazonaws.com/role-arn";

let world: World;
let shop: Shop;

beforeAll(async () => {
  world = await startWorld();
  shop = await openShop(world);
  await shop.restore();
});
afterAll(async () => world?.stop());

interface Answer {
  readonly chains: readonly {
    readonly verdict: string;
    readonly firstBroken: { row: string; code: string; fix: { kind: string; text: string } } | null;
  }[];
}

async function resultOf(subject: string): Promise<Answer["chains"][number]> {
  const { stdout } = await shop.irsa("verify", "--cluster", CLUSTER_NAME, subject, "-o", "json");
  const [result] = (JSON.parse(stdout) as { result: Answer }).result.chains;
  if (result === undefined) throw new Error(`no result: ${stdout}`);
  return result;
}

interface Template {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly env?: Readonly<Record<string, string>>;
  readonly spec?: Partial<V1PodSpec>;
}

/** Puts a Deployment of one container into the shop. */
async function deploy(
  name: string,
  { labels = {}, annotations = {}, env = {}, spec = {} }: Template,
): Promise<void> {
  const variables = Object.entries(env).map(([key, value]) => ({ name: key, value }));
  const containers = [{ name: "app", image: "registry.example.com/app:1", env: variables }];
  await shop.cluster.apps.createNamespacedDeployment({
    namespace: "shop",
    body: {
      metadata: { name, namespace: "shop" },
      spec: {
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name, ...labels }, annotations },
          spec: { serviceAccountName: "cart", containers, ...spec },
        },
      },
    },
  });
}

interface Case {
  readonly name: string;
  readonly row: string;
  readonly code: FindingCode;
  readonly template: (role: string) => Template;
}

const CASES: readonly Case[] = [
  {
    name: "no ServiceAccount",
    row: "E1",
    code: "runs-as-default",
    template: () => ({ spec: { serviceAccountName: "default" } }),
  },
  {
    name: "the label that skips",
    row: "D4",
    code: "skip-label",
    template: () => ({ labels: { "eks.amazonaws.com/skip-pod-identity-webhook": "false" } }),
  },
  {
    name: "every container skipped",
    row: "D5",
    code: "containers-skipped",
    template: () => ({ annotations: { "eks.amazonaws.com/skip-containers": "app" } }),
  },
  {
    name: "a role set by hand",
    row: "D6",
    code: "variable-preset",
    template: (role) => ({ env: { AWS_ROLE_ARN: role } }),
  },
  {
    name: "everything preset",
    row: "D7",
    code: "mount-missing",
    template: (role) => ({
      env: {
        AWS_ROLE_ARN: role,
        AWS_WEB_IDENTITY_TOKEN_FILE: TOKEN,
        AWS_REGION: "eu-west-1",
        AWS_STS_REGIONAL_ENDPOINTS: "regional",
      },
    }),
  },
  {
    name: "Windows by os alone",
    row: "D9",
    code: "windows-by-affinity",
    template: () => ({ spec: { os: { name: "windows" } } }),
  },
  {
    name: "static keys",
    row: "E4",
    code: "static-keys",
    template: () => ({ env: { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "x" } }),
  },
  {
    name: "Kubernetes' own token",
    row: "E7",
    code: "kubernetes-token",
    template: (role) => ({
      env: {
        AWS_ROLE_ARN: role,
        AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/secrets/kubernetes.io/serviceaccount/token",
      },
    }),
  },
];

describe("a workload that keeps its pods from their role", () => {
  test.each(CASES)("$row: $name", async ({ row, code, template }) => {
    const name = code;
    await deploy(name, template(shop.role));
    const result = await resultOf(`deploy/shop/${name}`);
    expect(result).toMatchObject({ verdict: "broken", firstBroken: { row, code, fix: { kind: "advice" } } });
    await shop.cluster.apps.deleteNamespacedDeployment({ namespace: "shop", name });
  });
});

describe("a workload that lets the webhook work", () => {
  test("its pods are injected, and the chain works: workload, pod and ServiceAccount", async () => {
    await deploy("good", {});
    const pod = await shop.cluster.runningPod("shop", "app=good");
    for (const subject of ["deploy/shop/good", `pod/shop/${pod.metadata?.name ?? ""}`])
      expect(await resultOf(subject)).toMatchObject({ verdict: "works", firstBroken: null });
    await shop.cluster.apps.deleteNamespacedDeployment({ namespace: "shop", name: "good" });
  });

  test("C7: a pod from before the annotation is found, listed, restarted and right", async () => {
    await shop.annotate({ [ROLE_KEY]: null });
    await pastTheRace();
    await deploy("old", {});
    await shop.cluster.runningPod("shop", "app=old");
    await shop.restore();
    const broken = await resultOf("deploy/shop/old");
    expect(broken).toMatchObject({ firstBroken: { row: "C7", fix: { kind: "command" } } });
    expect(broken.firstBroken?.fix.text).toBe("kubectl -n shop rollout restart deployment/old");
    const listed = await shop.irsa("stale-pods", "--cluster", CLUSTER_NAME, "-n", "shop");
    expect(listed).toMatchObject({ code: 3 });
    expect(listed.stdout).toContain("shop/deployment/old");
    const restarted = await shop.irsa(
      "stale-pods",
      "--cluster",
      CLUSTER_NAME,
      "-n",
      "shop",
      "--restart",
      "--approve",
    );
    expect(restarted).toMatchObject({ code: 0 });
    expect(await resultOf("deploy/shop/old")).toMatchObject({ verdict: "works" });
    expect(await shop.irsa("stale-pods", "--cluster", CLUSTER_NAME, "-n", "shop")).toMatchObject({ code: 0 });
    await shop.cluster.apps.deleteNamespacedDeployment({ namespace: "shop", name: "old" });
  });
});

/** Waits until the ServiceAccount is so old that a pod made now is not taken for one made together with it (D3). */
async function pastTheRace(): Promise<void> {
  const serviceAccount = { namespace: "shop", name: "cart" };
  const { metadata } = await shop.cluster.core.readNamespacedServiceAccount(serviceAccount);
  const age = Date.now() - (metadata?.creationTimestamp?.getTime() ?? 0);
  await sleep(Math.max(0, 7_000 - age));
}

describe("a webhook that does not work", () => {
  const replaced = (field: string, value: unknown): PatchOperation => ({
    op: "replace",
    path: `/webhooks/0/${field}`,
    value,
  });

  test("D0: an authority that was rotated away is found, and fixed by the printed command", async () => {
    const { certificatePem } = await createCertificateAuthority("rotated away");
    const caBundle = Buffer.from(certificatePem).toString("base64");
    await patchWebhook(world, [replaced("clientConfig/caBundle", caBundle)]);
    const fault = { row: "D0", code: "webhook-ca-stale", fix: { kind: "command" } };
    const { firstBroken } = await becomes({ firstBroken: fault });
    await runFix(shop, firstBroken?.fix.text ?? "");
    await becomes({ verdict: "works" });
  });

  test("D2: one that does not answer", async () => {
    const before = await registration(world);
    await patchWebhook(world, [replaced("clientConfig/url", "https://127.0.0.1:9/mutate")]);
    await becomes({ firstBroken: { row: "D2", code: "webhook-not-injecting" } });
    await patchWebhook(world, [replaced("failurePolicy", "Fail")]);
    await becomes({ firstBroken: { row: "D2", code: "webhook-blocks-pods" } });
    await patchWebhook(world, [before]);
  });

  test("D4: a namespace that its selector leaves out", async () => {
    const before = await registration(world);
    await patchWebhook(world, [
      replaced("namespaceSelector", { matchLabels: { "example.com/irsa": "yes" } }),
    ]);
    await becomes({ firstBroken: { row: "D4", code: "namespace-excluded" } });
    await patchWebhook(world, [before]);
    await becomes({ verdict: "works" });
  });

  test("D1: none", async () => {
    await admissionOf(world).deleteMutatingWebhookConfiguration({ name: WEBHOOK });
    await becomes({ firstBroken: { row: "D1", code: "webhook-missing" } });
  });
});

/** What is found of the ServiceAccount, once it is so. */
function becomes(wanted: object): Promise<Answer["chains"][number]> {
  return vi.waitFor(async () => {
    const result = await resultOf("shop/cart");
    expect(result).toMatchObject(wanted);
    return result;
  }, PATIENCE);
}
