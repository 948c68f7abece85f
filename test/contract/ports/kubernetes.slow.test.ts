import * as fc from "fast-check";
import {
  createKubernetesState,
  EKS_WEBHOOK_CONFIG,
  issueServerCertificate,
  startAdmissionWebhook,
  startKubernetesApi,
  webhookConfiguration,
  type KubeObject,
} from "irsa-sandbox/parts";
import { beforeAll, describe, expect, it } from "vitest";
import { eksAccess } from "../../../src/kubernetes/api-access.ts";
import { kubernetesAdapter } from "../../../src/kubernetes/client.ts";
import { connect } from "../../../src/kubernetes/connection.ts";
import type { KubernetesPort } from "../../../src/kubernetes/port.ts";
import { ROLE_ANNOTATION, type Pod, type WorkloadRef } from "../../../src/model/kubernetes-objects.ts";
import type { SelectorText } from "../../../src/model/label-selector.ts";
import { admit, EKS_WEBHOOK } from "../../fakes/kubernetes.ts";
import { aPod, manifestOf, specOf } from "../../fakes/pods.ts";
import { aCluster, aServiceAccount, ownRole } from "../../fakes/values.ts";
import { aWorld } from "../../fakes/world.ts";
import { parseWorkload } from "../../fakes/workloads.ts";
import { methodsWithoutCase, outcomesOf, type CallOf, type Side } from "./both.ts";

type Call = CallOf<KubernetesPort>;

const CLUSTER = aCluster();
const CART = aServiceAccount("shop/cart");
const OTHER = aServiceAccount("shop/other");
const ELSEWHERE = aServiceAccount("elsewhere/cart");
const WEB: WorkloadRef = { kind: "deployment", namespace: "shop", name: "web" };
const NONE: WorkloadRef = { ...WEB, name: "none" };
const ROLE = { [ROLE_ANNOTATION]: ownRole("cart") };

const create = (ref = CART, labels = {}, annotations = {}): Call => [
  "createServiceAccount",
  { ref, labels, annotations },
];
const patch = (changes: object, resourceVersion = "{version}", ref = CART): Call => [
  "patchServiceAccount",
  { ref, labels: {}, annotations: {}, resourceVersion, ...changes },
];
const bind = (name: string, resourceVersion = "{version}", ref = WEB): Call => [
  "bindWorkload",
  { ref, serviceAccount: aServiceAccount(`shop/${name}`).name, resourceVersion },
];

/** The ServiceAccounts that are there; the first has pods. */
const SEEDED = ["seeded", "spare"] as const;
const POD = manifestOf(SEEDED[0], {}, { labels: { app: "web" } });
const SEED: readonly KubeObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
  ...SEEDED.map((name) => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { namespace: "shop", name },
  })),
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { namespace: "shop", name: "settings" },
    data: { MODE: "live", AWS_REGION: "eu-west-1" },
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace: WEB.namespace, name: WEB.name },
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: {
        ...POD,
        spec: { ...POD.spec, containers: [{ name: "app", image: "registry.invalid/web:1" }] },
      },
    },
  },
];

let fresh: Awaited<ReturnType<typeof createKubernetesState>>;
beforeAll(async () => {
  fresh = await createKubernetesState();
});

/** A cluster with a Deployment whose pods run with `shop/cart`, on the sandbox with EKS's webhook. */
async function sandboxSide(): Promise<Side<KubernetesPort> & { readonly stop: () => Promise<void> }> {
  const api = await startKubernetesApi({ state: structuredClone(fresh), issuer: CLUSTER.issuer });
  const webhook = await startAdmissionWebhook({
    certificate: await issueServerCertificate(fresh.authority, ["127.0.0.1"]),
    config: { ...EKS_WEBHOOK_CONFIG, region: CLUSTER.region },
    serviceAccounts: { annotations: api.annotations, podIdentity: async () => false },
  });
  await api.ensure(webhookConfiguration(webhook.url, api.caPem));
  for (const object of SEED) await api.ensure(object);
  await api.settled();
  const connection = connect(
    eksAccess({
      name: CLUSTER.name,
      endpoint: api.url,
      caPem: api.caPem,
      token: async () => api.tokenFor("admin", ["system:masters"]),
    }),
  );
  return {
    port: comparable(kubernetesAdapter(connection)),
    names: new Map([
      ["webhook", webhook.url],
      ["ca", api.caPem],
    ]),
    settle: api.settled,
    async stop() {
      connection.close();
      await webhook.stop();
      await api.stop();
    },
  };
}

/**
 * The port without what differs by nature: the fake has no controllers, which make a ServiceAccount `default` in every
 * namespace and count a rollout's pods, no scheduler and no kubelet, and it does not sign tokens.
 */
function comparable(port: KubernetesPort): KubernetesPort {
  return {
    ...port,
    listServiceAccounts: async (...args) =>
      (await port.listServiceAccounts(...args)).filter(({ ref }) => String(ref.name) !== "default"),
    getWorkload: async (...args) => {
      const found = await port.getWorkload(...args);
      if (found === undefined) return undefined;
      const { rollout: _counted, managers, ...rest } = found;
      return { ...rest, managers: [...new Set(managers)] };
    },
    listPods: async (...args) => (await port.listPods(...args)).map(withoutNode),
    listPodSummaries: async (...args) =>
      (await port.listPodSummaries(...args)).map((pod) => {
        const { node: _, ...rest } = pod;
        return rest;
      }),
    getPod: async (...args) => {
      const found = await port.getPod(...args);
      return found && withoutNode(found);
    },
    requestToken: async (...args) => {
      const { iss, sub, aud } = decodeClaims(await port.requestToken(...args));
      return JSON.stringify({ iss, sub, aud: [aud].flat() });
    },
  };
}

function withoutNode(pod: Pod): Pod {
  const { node: _, ...rest } = pod;
  return { ...rest, ready: false };
}

function decodeClaims(token: string): Readonly<Record<string, unknown>> {
  const [, payload = ""] = token.split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Readonly<Record<string, unknown>>;
}

/** The fake, with what is there on the sandbox. */
function fakeSide(): Side<KubernetesPort> {
  const world = aWorld(CLUSTER).withNamespace("shop");
  for (const name of SEEDED) world.withServiceAccount(`shop/${name}`);
  world.api.nodes.set("ip-10-0-0-10.internal", {
    "kubernetes.io/hostname": "ip-10-0-0-10.internal",
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
  });
  const key = `deployment/${WEB.namespace}/${WEB.name}`;
  const managers = ["irsa-sandbox", "kube-controller-manager"];
  world.api.workloads.set(key, { ...parseWorkload(key, specOf(POD)), managers, resourceVersion: "7" });
  world.withPod(aPod("shop/web-1", admit(world.api, "shop", POD), { workload: "deployment/web" }));
  world.api.keys.set("configmap/shop/settings", ["AWS_REGION", "MODE"]);
  const [{ target, caPem } = { target: "", caPem: "" }] = EKS_WEBHOOK.webhooks;
  return {
    port: comparable(world.kubernetes),
    names: new Map([
      ["webhook", target],
      ["ca", caPem],
    ]),
  };
}

/** Runs the calls on the fake, and by irsa's adapter on the sandbox; both have the same in them. */
async function bothOn(
  calls: readonly Call[],
): Promise<{ readonly fake: unknown[]; readonly real: unknown[] }> {
  const real = await sandboxSide();
  try {
    return {
      fake: await outcomesOf(fakeSide(), calls),
      real: await outcomesOf(real, calls),
    };
  } finally {
    await real.stop();
  }
}

const CASES: readonly (readonly [string, readonly Call[]])[] = [
  [
    "a namespace's life",
    [
      ["getNamespace", ELSEWHERE.namespace],
      create(ELSEWHERE),
      ["createNamespace", ELSEWHERE.namespace],
      ["createNamespace", ELSEWHERE.namespace],
      ["getNamespace", ELSEWHERE.namespace],
      create(ELSEWHERE),
    ],
  ],
  [
    "a ServiceAccount's life",
    [
      ["getServiceAccount", CART],
      create(CART, { app: "cart" }, ROLE),
      create(),
      ["getServiceAccount", CART],
      patch({ labels: { tier: "web" }, annotations: { a: "1", b: "" } }),
      ["getServiceAccount", CART],
      patch({ labels: { app: null, none: null }, annotations: { b: null, a: "2" } }),
      ["getServiceAccount", CART],
      patch({ annotations: { a: "3" } }, "1"),
      ["deleteServiceAccount", CART, "1"],
      ["getServiceAccount", CART],
      ["deleteServiceAccount", CART, "{version}"],
      ["deleteServiceAccount", CART, "{version}"],
      ["getServiceAccount", CART],
    ],
  ],
  [
    "lists of ServiceAccounts",
    [
      ["createNamespace", ELSEWHERE.namespace],
      create(CART, { app: "cart" }),
      create(OTHER, { app: "other", tier: "web" }),
      create(ELSEWHERE, { app: "cart" }),
      ...[undefined, CART.namespace, ELSEWHERE.namespace].flatMap((namespace) =>
        [undefined, "app=cart", "app!=cart", "tier", "!tier", "app in (cart,other),tier=web"].map(
          (selector): Call => ["listServiceAccounts", namespace, selector as SelectorText | undefined],
        ),
      ),
    ],
  ],
  [
    "what is not there",
    [
      patch({ labels: { a: "b" } }, "1"),
      ["deleteServiceAccount", CART, "1"],
      ["requestToken", CART, "sts.amazonaws.com", 600],
      ["tryPod", CART],
      ["getPod", CART.namespace, "none"],
      ["getWorkload", NONE],
      ["restartWorkload", NONE, new Date()],
      ["tryRestart", NONE],
      bind("cart", "1", NONE),
      ["getKeyNames", { kind: "configmap", namespace: CART.namespace, name: "none" }],
      ["getWebhook", "none"],
      ["listPods", { namespace: ELSEWHERE.namespace }],
      ["listPodSummaries", ELSEWHERE.namespace],
      ["serves", "none.example", "v1"],
      ["serves", "argoproj.io", "v1alpha1"],
      ["discoverIssuer"],
      ["may", { verb: "create", resource: "namespaces" }],
    ],
  ],
  [
    "a workload and its pods",
    [
      ["listPods", { namespace: CART.namespace }],
      ["listPods", { name: "seeded" }],
      ["listPodSummaries", undefined],
      create(CART, {}, ROLE),
      ["getWorkload", WEB],
      bind("cart", "1"),
      ["getWorkload", WEB],
      bind("cart"),
      ["getWorkload", WEB],
      ["listPods", { name: "seeded" }],
      ["listPods", { name: "cart" }],
      ["listPodSummaries", CART.namespace],
      ["getServiceAccount", CART],
      patch({ annotations: { [ROLE_ANNOTATION]: ownRole("other") } }),
      ["listPods", { name: "cart" }],
      ["tryRestart", WEB],
      ["listPods", { name: "cart" }],
      ["restartWorkload", WEB, new Date()],
      ["listPods", { name: "cart" }],
      ["getWorkload", WEB],
    ],
  ],
  [
    "what else is there",
    [
      ["getWebhook", "pod-identity-webhook"],
      ["getKeyNames", { kind: "configmap", namespace: CART.namespace, name: "settings" }],
      ["requestToken", aServiceAccount("shop/seeded"), "sts.amazonaws.com", 600],
      ["requestToken", aServiceAccount("shop/seeded"), undefined, 600],
      ["serves", "apps", "v1"],
      ["getNode", "none"],
      ["listNodes"],
      ["listNodeClasses", "EC2NodeClass"],
      ["serves", "karpenter.k8s.aws", "v1"],
    ],
  ],
  ["a pod that is tried", [create(CART, {}, ROLE), ["tryPod", CART], create(OTHER), ["tryPod", OTHER]]],
];

describe("the fake of Kubernetes answers as irsa's adapter does on the sandbox", () => {
  it.each(CASES)("%s", async (_, calls) => {
    const { fake, real } = await bothOn(calls);
    expect(fake).toEqual(real);
  });

  it("every method has a case", () => {
    expect(methodsWithoutCase(aWorld(CLUSTER).kubernetes, CASES)).toEqual([]);
  });

  const ref = fc.constantFrom(CART, OTHER, ELSEWHERE);
  const pairs = fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("", "1"), { maxKeys: 2 });
  const edits = fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("", "1", null), { maxKeys: 2 });
  const version = fc.constantFrom("{version}", "1");
  const call: fc.Arbitrary<Call> = fc.oneof(
    fc.constant<Call>(["createNamespace", ELSEWHERE.namespace]),
    { weight: 3, arbitrary: fc.tuple(ref, pairs, pairs).map((args) => create(...args)) },
    { weight: 3, arbitrary: ref.map((one): Call => ["getServiceAccount", one]) },
    fc
      .tuple(ref, edits, edits, version)
      .map(([one, labels, annotations, at]) => patch({ labels, annotations }, at, one)),
    fc.tuple(ref, version).map(([one, at]): Call => ["deleteServiceAccount", one, at]),
    fc.tuple(fc.constantFrom(...SEEDED), version).map(([name, at]) => bind(name, at)),
    fc.constant<Call>(["getWorkload", WEB]),
  );

  it("whatever is called in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 8, maxLength: 20 }), async (calls) => {
        const { fake, real } = await bothOn([...calls, ["listServiceAccounts", undefined], ["listPods", {}]]);
        expect(fake).toEqual(real);
      }),
      { numRuns: 10 },
    );
  });
});
