import {
  AdmissionregistrationV1Api,
  AppsV1Api,
  AuthenticationV1Api,
  CoreV1Api,
  KubeConfig,
  WellKnownApi,
  type ApiConstructor,
  type ApiType,
  type V1Pod,
} from "@kubernetes/client-node";
import { createLocalJWKSet, jwtVerify } from "jose";
import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startControlPlane, type ControlPlane } from "../../worlds/control-plane/control-plane.ts";
import {
  startReviewService,
  type Review,
  type ReviewService,
} from "../../worlds/control-plane/review-service.ts";
import { PATIENCE } from "../../worlds/patience.ts";

const ISSUER = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";

let authenticator: ReviewService;
let world: ControlPlane;

beforeAll(async () => {
  authenticator = await startReviewService(recognizeJane);
  world = await startControlPlane({ workloads: true, nodes: 2, issuer: ISSUER, tokenWebhook: authenticator });
  await world.apply(manifest("Namespace", "v1", { name: "monitoring" }));
});

afterAll(async () => {
  await world.stop();
  await authenticator.stop();
});

test("a DaemonSet's pods run on every node, and are replaced by a rollout", async () => {
  await world.apply(daemonSet("agent"));
  const first = await runningPods("agent", 2);
  await world.apply(daemonSet("agent", { "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z" }));
  await vi.waitFor(async () => {
    const { status } = await admin(AppsV1Api).readNamespacedDaemonSet({
      namespace: "monitoring",
      name: "agent",
    });
    expect(status).toMatchObject({ observedGeneration: 2, updatedNumberScheduled: 2, numberReady: 2 });
  }, PATIENCE);
  const second = await runningPods("agent", 2);
  expect(second.filter((pod) => first.some(({ metadata }) => metadata?.uid === pod.metadata?.uid))).toEqual(
    [],
  );
});

test("a requested token is verified by the keys that discovery serves", async () => {
  const { status } = await admin(CoreV1Api).createNamespacedServiceAccountToken({
    namespace: "default",
    name: "default",
    body: { spec: { audiences: ["sts.amazonaws.com"], expirationSeconds: 600 } },
  });
  const { payload, protectedHeader } = await jwtVerify(
    status?.token ?? "",
    createLocalJWKSet(await world.jwks()),
    { issuer: ISSUER, audience: "sts.amazonaws.com", subject: "system:serviceaccount:default:default" },
  );
  expect(protectedHeader.alg).toBe("RS256");
  expect(Number(payload.exp) - Number(payload.iat)).toBe(600);
  const discovery: unknown = await admin(WellKnownApi).getServiceAccountIssuerOpenIDConfiguration();
  expect(discovery).toMatchObject({ issuer: ISSUER });
});

test("an admission webhook on loopback changes pods", async () => {
  const injector = await startReviewService(() => ({
    allowed: true,
    patchType: "JSONPatch",
    patch: base64(JSON.stringify([{ op: "add", path: "/metadata/annotations", value: { injected: "yes" } }])),
  }));
  try {
    await admin(AdmissionregistrationV1Api).createMutatingWebhookConfiguration({
      body: registration(injector),
    });
    await vi.waitFor(async () => {
      const body: V1Pod = {
        metadata: { name: "probe" },
        spec: { containers: [{ name: "app", image: "app" }] },
      };
      const pod = await admin(CoreV1Api).createNamespacedPod({ namespace: "default", body, dryRun: "All" });
      expect(pod.metadata?.annotations).toEqual({ injected: "yes" });
    }, PATIENCE);
  } finally {
    await admin(AdmissionregistrationV1Api).deleteMutatingWebhookConfiguration({
      name: "injector.irsa.test",
    });
    await injector.stop();
  }
});

test("a bearer token's user is whom the token webhook says", async () => {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: "world", server: world.server, caData: base64(world.caPem) }],
    users: [{ name: "jane", token: "k8s-aws-v1.jane" }],
    contexts: [{ name: "world", cluster: "world", user: "jane" }],
    currentContext: "world",
  });
  const review = await config.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} });
  expect(review.status?.userInfo).toMatchObject({
    username: "jane",
    groups: ["viewers", "system:authenticated"],
  });
  config.users = [{ name: "jane", token: "k8s-aws-v1.mallory" }];
  await expect(config.makeApiClient(CoreV1Api).listNamespace()).rejects.toMatchObject({ code: 401 });
});

test("a user may do what RBAC grants, and no more", async () => {
  const viewer = client(CoreV1Api, await world.kubeconfigFor("vera", ["viewers"]));
  await expect(viewer.listNamespacedServiceAccount({ namespace: "default" })).rejects.toMatchObject({
    code: 403,
  });
  await world.apply(
    `${manifest("ClusterRoleBinding", "rbac.authorization.k8s.io/v1", { name: "viewers" })}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: viewers}]`,
  );
  await vi.waitFor(async () => {
    const serviceAccounts = await viewer.listNamespacedServiceAccount({ namespace: "default" });
    expect(serviceAccounts.items.map(({ metadata }) => metadata?.name)).toEqual(["default"]);
  }, PATIENCE);
  const body = { metadata: { name: "made-by-vera" } };
  const attempt = viewer.createNamespacedServiceAccount({ namespace: "default", body });
  await expect(attempt).rejects.toMatchObject({ code: 403 });
});

test("a server-side dry run answers as if, and changes nothing", async () => {
  const api = admin(CoreV1Api);
  const answer = await api.createNamespace({ body: { metadata: { name: "imagined" } }, dryRun: "All" });
  expect(answer.metadata?.uid).toBeDefined();
  await expect(api.readNamespace({ name: "imagined" })).rejects.toMatchObject({ code: 404 });
});

test("worlds live beside one another, and leave neither process nor folder", async () => {
  const others = await Promise.all([1, 2].map(async () => startControlPlane({ workloads: false })));
  const [one, two] = others;
  expect(new Set([world, ...others].map(({ server }) => server)).size).toBe(3);
  expect(one?.caPem).not.toBe(two?.caPem);
  for (const other of others) {
    const folder = dirname(other.adminKubeconfig);
    expect(await processesNaming(folder)).not.toEqual([]);
    await other.stop();
    expect(await processesNaming(folder)).toEqual([]);
    await expect(access(folder)).rejects.toThrow("ENOENT");
  }
});

test("binaries that KUBEBUILDER_ASSETS lacks are named", async () => {
  vi.stubEnv("KUBEBUILDER_ASSETS", "/no/such/folder");
  vi.stubEnv("PATH", "/usr/bin:/bin");
  try {
    const start = startControlPlane({ workloads: false });
    await expect(start).rejects.toThrow("(/no/such/folder) nor in PATH: etcd, kube-apiserver");
  } finally {
    vi.unstubAllEnvs();
  }
});

function recognizeJane({ spec }: Review): object {
  return spec?.token === "k8s-aws-v1.jane"
    ? { authenticated: true, user: { username: "jane", groups: ["viewers"] } }
    : { authenticated: false };
}

function registration({ url, caPem }: ReviewService): object {
  return {
    metadata: { name: "injector.irsa.test" },
    webhooks: [
      {
        name: "injector.irsa.test",
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        clientConfig: { url, caBundle: base64(caPem) },
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "default" } },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
      },
    ],
  };
}

function daemonSet(name: string, annotations: Record<string, string> = {}): string {
  const spec = {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations },
      spec: { containers: [{ name: "app", image: "registry.example/app:1" }] },
    },
  };
  return `${manifest("DaemonSet", "apps/v1", { name, namespace: "monitoring" })}\nspec: ${JSON.stringify(spec)}`;
}

function manifest(kind: string, apiVersion: string, metadata: Record<string, string>): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: ${JSON.stringify(metadata)}`;
}

async function runningPods(app: string, count: number): Promise<readonly V1Pod[]> {
  return vi.waitFor(async () => {
    const { items } = await admin(CoreV1Api).listNamespacedPod({
      namespace: "monitoring",
      labelSelector: `app=${app}`,
    });
    expect(items.map(({ status }) => status?.phase)).toEqual(Array.from({ length: count }, () => "Running"));
    return items;
  }, PATIENCE);
}

function admin<T extends ApiType>(api: ApiConstructor<T>): T {
  return client(api, world.adminKubeconfig);
}

function client<T extends ApiType>(api: ApiConstructor<T>, kubeconfig: string): T {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(api);
}

async function processesNaming(text: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "args"], { maxBuffer: 1 << 24 });
  return stdout.split("\n").filter((line) => line.includes(text));
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
