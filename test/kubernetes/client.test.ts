import { describe, expect, it } from "vitest";
import { kubernetesAdapter } from "../../src/kubernetes/client.ts";
import type { ApiAnswer } from "../../src/kubernetes/answer.ts";
import type { ApiRequest, Connection } from "../../src/kubernetes/connection.ts";
import type { KubernetesPort } from "../../src/kubernetes/port.ts";
import { Failure } from "../../src/model/failure.ts";
import { aServiceAccount } from "../fakes/values.ts";
import { stopOf, textOf } from "../fakes/walk.ts";

const CART = aServiceAccount("shop/cart");
const SERVICE_ACCOUNT_PATH = "/api/v1/namespaces/shop/serviceaccounts/cart";
const BOUND = { serviceAccountName: "cart" };
const PODS_PATH = "/api/v1/namespaces/shop/pods";

/** The adapter on a connection that gives these answers, the last of them again and again. */
function answering(...answers: ApiAnswer[]): { api: KubernetesPort; sent: ApiRequest[] } {
  const sent: ApiRequest[] = [];
  const connection: Connection = {
    server: "https://server",
    identity: { by: "aws" },
    send: async (call) => {
      sent.push(call);
      const [next = { status: 500, body: null }] = answers;
      if (answers.length > 1) answers.shift();
      return next;
    },
    open: async () => {
      throw new Error("not expected");
    },
    pass: async () => {
      throw new Error("nothing is passed on here");
    },
    close: () => undefined,
  };
  return { api: kubernetesAdapter(connection), sent };
}

const refused = (status: number, body: object): ApiAnswer => ({ status, body });
const NOT_FOUND = refused(404, { reason: "NotFound", message: "not found" });

describe("what is read", () => {
  it("a ServiceAccount, with who wrote it", async () => {
    const metadata = {
      resourceVersion: "7",
      labels: { a: "b" },
      annotations: { c: "d" },
      managedFields: [{ manager: "helm" }, { manager: "irsa" }, {}],
    };
    const { api, sent } = answering({ status: 200, body: { metadata } });
    expect(await api.getServiceAccount(CART)).toEqual({
      ref: CART,
      resourceVersion: "7",
      labels: { a: "b" },
      annotations: { c: "d" },
      managers: ["helm", "irsa", ""],
    });
    expect(sent).toEqual([{ method: "GET", path: SERVICE_ACCOUNT_PATH }]);
  });

  it("a ServiceAccount with the last time that its annotations were written", async () => {
    const owning = (manager: string, time: string | undefined, ...keys: readonly string[]) => ({
      manager,
      ...(time !== undefined && { time }),
      fieldsV1: {
        "f:metadata": { "f:annotations": Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) },
      },
    });
    const role = "eks.amazonaws.com/role-arn";
    const managedFields = [
      owning("helm", "2026-11-01T08:00:00Z", role, "eks.amazonaws.com/audience"),
      owning("irsa", "2026-11-02T08:00:00Z", ".", role),
      owning("kubectl", "2026-11-03T08:00:00Z", "other"),
      owning("old", undefined, role),
    ];
    const { api } = answering({ status: 200, body: { metadata: { managedFields } } });
    expect(await api.getServiceAccount(CART)).toMatchObject({
      annotatedAt: {
        [role]: "2026-11-02T08:00:00Z",
        "eks.amazonaws.com/audience": "2026-11-01T08:00:00Z",
      },
    });
  });

  it("a ServiceAccount without anything, and none", async () => {
    const bare = answering({ status: 200, body: { metadata: {} } }).api;
    expect(await bare.getServiceAccount(CART)).toMatchObject({ labels: {}, annotations: {}, managers: [] });
    expect(await answering(NOT_FOUND).api.getServiceAccount(CART)).toBeUndefined();
  });

  it("pods, page by page, those of the ServiceAccount alone", async () => {
    const pod = (name: string) => ({
      metadata: { namespace: "shop", name, creationTimestamp: "2026-11-24T00:00:00Z" },
      spec: { serviceAccountName: "cart", containers: [] },
    });
    const { api, sent } = answering(
      { status: 200, body: { metadata: { continue: "more" }, items: [pod("a")] } },
      { status: 200, body: { metadata: {}, items: [pod("b")] } },
    );
    expect((await api.listPods(CART)).map(({ name }) => name)).toEqual(["a", "b"]);
    const query = { fieldSelector: "spec.serviceAccountName=cart", limit: "500" };
    expect(sent).toMatchObject([
      { path: PODS_PATH, query },
      { path: PODS_PATH, query: { ...query, continue: "more" } },
    ]);
  });

  it("what we may", async () => {
    const { api, sent } = answering({ status: 201, body: { status: { allowed: true } } });
    expect(await api.may({ verb: "create", resource: "serviceaccounts", namespace: "shop" })).toBe(true);
    expect(sent).toMatchObject([
      {
        method: "POST",
        path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        body: {
          spec: { resourceAttributes: { verb: "create", resource: "serviceaccounts", namespace: "shop" } },
        },
      },
    ]);
    expect(
      await answering({ status: 201, body: { status: { allowed: false } } }).api.may({
        verb: "get",
        resource: "pods",
      }),
    ).toBe(false);
  });

  it.each([
    ["my-app", ["my-app"]],
    [undefined, []],
  ])("a token with the audience %s", async (audience, audiences) => {
    const { api, sent } = answering({ status: 201, body: { status: { token: "t" } } });
    expect(await api.requestToken(CART, audience, 600)).toBe("t");
    expect(sent).toMatchObject([
      { path: `${SERVICE_ACCOUNT_PATH}/token`, body: { spec: { expirationSeconds: 600, audiences } } },
    ]);
  });
});

describe("what is written, in our name", () => {
  const query = { fieldManager: "irsa" };

  it("a namespace", async () => {
    const { api, sent } = answering({ status: 201, body: {} });
    await api.createNamespace(CART.namespace);
    expect(sent).toMatchObject([
      { method: "POST", path: "/api/v1/namespaces", query, body: { metadata: { name: "shop" } } },
    ]);
  });

  it("a ServiceAccount", async () => {
    const { api, sent } = answering({ status: 201, body: {} });
    await api.createServiceAccount({ ref: CART, labels: { a: "b" }, annotations: { c: "d" } });
    expect(sent).toMatchObject([
      {
        method: "POST",
        path: "/api/v1/namespaces/shop/serviceaccounts",
        query,
        body: {
          apiVersion: "v1",
          kind: "ServiceAccount",
          metadata: { namespace: "shop", name: "cart", labels: { a: "b" }, annotations: { c: "d" } },
        },
      },
    ]);
  });

  it.each([
    ["deployment", "/apis/apps/v1/namespaces/shop/deployments/w", { template: { spec: BOUND } }],
    ["daemonset", "/apis/apps/v1/namespaces/shop/daemonsets/w", { template: { spec: BOUND } }],
    ["statefulset", "/apis/apps/v1/namespaces/shop/statefulsets/w", { template: { spec: BOUND } }],
    [
      "cronjob",
      "/apis/batch/v1/namespaces/shop/cronjobs/w",
      { jobTemplate: { spec: { template: { spec: BOUND } } } },
    ],
    ["rollout", "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/w", { template: { spec: BOUND } }],
  ] as const)("the ServiceAccount of a %s, that holds for one resourceVersion", async (kind, path, spec) => {
    const { api, sent } = answering({ status: 200, body: {} });
    const ref = { kind, namespace: "shop", name: "w" };
    await api.bindWorkload({ ref, serviceAccount: CART.name, resourceVersion: "7" });
    const body = { metadata: { resourceVersion: "7" }, spec };
    const contentType = "application/merge-patch+json";
    expect(sent).toEqual([{ method: "PATCH", path, query, contentType, body }]);
  });

  it("an edit of a ServiceAccount, that holds for one resourceVersion", async () => {
    const { api, sent } = answering({ status: 200, body: {} });
    await api.patchServiceAccount({ ref: CART, labels: {}, annotations: { c: "d" }, resourceVersion: "7" });
    expect(sent).toEqual([
      {
        method: "PATCH",
        path: SERVICE_ACCOUNT_PATH,
        query,
        contentType: "application/merge-patch+json",
        body: { metadata: { resourceVersion: "7", labels: {}, annotations: { c: "d" } } },
      },
    ]);
  });
});

describe("what is removed", () => {
  it("labels and annotations, by null in a merge patch", async () => {
    const { api, sent } = answering({ status: 200, body: {} });
    const edit = { ref: CART, labels: { a: null }, annotations: { b: null, c: "d" }, resourceVersion: "7" };
    await api.patchServiceAccount(edit);
    expect(sent[0]?.body).toEqual({
      metadata: { resourceVersion: "7", labels: { a: null }, annotations: { b: null, c: "d" } },
    });
  });

  it("a ServiceAccount, if it still has that resourceVersion", async () => {
    const { api, sent } = answering({ status: 200, body: {} });
    await api.deleteServiceAccount(CART, "7");
    expect(sent).toEqual([
      {
        method: "DELETE",
        path: SERVICE_ACCOUNT_PATH,
        body: { apiVersion: "v1", kind: "DeleteOptions", preconditions: { resourceVersion: "7" } },
      },
    ]);
  });

  it.each([
    [NOT_FOUND, "gone"],
    [refused(409, { reason: "Conflict", message: "the UID or version in the precondition" }), "conflict"],
  ])("a ServiceAccount that is not as it was seen is told apart", async (answer, code) => {
    expect((await stopOf(answering(answer).api.deleteServiceAccount(CART, "7"))).code).toBe(code);
  });
});

describe("what the API server refuses", () => {
  it.each<readonly [string, ApiAnswer, object, readonly string[]]>([
    [
      "we are not known",
      refused(401, { message: "Unauthorized" }),
      { kind: "denied", code: "unauthorized" },
      ["does not recognize this AWS principal", "aws eks create-access-entry"],
    ],
    [
      "we may not",
      refused(403, { message: 'serviceaccounts "cart" is forbidden' }),
      { kind: "denied", code: "forbidden" },
      ["not permitted in the cluster: patch serviceaccount shop/cart", 'serviceaccounts "cart" is forbidden'],
    ],
    [
      "its namespace is being deleted",
      refused(403, {
        message: 'serviceaccounts "cart" is forbidden: unable to create new content in namespace shop',
        reason: "Forbidden",
        details: {
          causes: [{ reason: "NamespaceTerminating", message: "namespace shop is being terminated" }],
        },
      }),
      { kind: "refused", code: "namespace-terminating" },
      ["its namespace is being deleted", "Wait until the namespace is deleted"],
    ],
    [
      "it is gone",
      NOT_FOUND,
      { kind: "refused", code: "gone" },
      ["patch serviceaccount shop/cart: not found"],
    ],
    [
      "it has been changed",
      refused(409, { reason: "Conflict", message: "the object has been modified" }),
      { kind: "refused", code: "conflict" },
      ["it was changed in the meantime", "the object has been modified"],
    ],
    [
      "it exists",
      refused(409, { reason: "AlreadyExists", message: "already exists" }),
      { kind: "refused", code: "already-exists" },
      ["it already exists"],
    ],
    [
      "an admission webhook says no",
      refused(400, { message: "denied by policy" }),
      { kind: "failed", code: "kubernetes-error" },
      ["denied by policy", "status 400"],
    ],
    [
      "it is ill",
      { status: 503, body: "<html>" },
      { kind: "failed", code: "kubernetes-error" },
      ["<html>", "503"],
    ],
    ["it says nothing", { status: 500, body: null }, { kind: "failed", code: "kubernetes-error" }, ["500"]],
  ])("%s", async (_what, answer, failure, parts) => {
    const edit = { ref: CART, labels: {}, annotations: {}, resourceVersion: "7" };
    const stop = await stopOf(answering(answer).api.patchServiceAccount(edit));
    expect(stop).toMatchObject(failure);
    for (const part of parts) expect(textOf(stop)).toContain(part);
  });

  it.each([401, 403, 500, 503])("status %i of a read is not an absence", async (status) => {
    const { api } = answering(refused(status, { message: "no" }));
    for (const read of [() => api.getServiceAccount(CART), () => api.getNamespace(CART.namespace)])
      await expect(read()).rejects.toBeInstanceOf(Failure);
  });
});
