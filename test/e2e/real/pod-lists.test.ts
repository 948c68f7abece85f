import { request } from "node:http";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubernetesAdapter } from "../../../src/kubernetes/client.ts";
import { connect, type ApiRequest, type Connection } from "../../../src/kubernetes/connection.ts";
import { userAccess } from "../../../src/kubernetes/kubeconfig.ts";
import type { PodSummary } from "../../../src/model/kubernetes-objects.ts";
import { parseNamespaceName } from "../../../src/model/service-account-ref.ts";
import { bytesField, objectBytes, textField } from "../../kubernetes/protobuf-bytes.ts";
import { startControlPlane, type ControlPlane } from "../../worlds/control-plane/control-plane.ts";
import { stopOf } from "../../fakes/walk.ts";

/** More than a page. */
const MANY = 510;

let plane: ControlPlane;
let admin: Connection;

beforeAll(async () => {
  plane = await startControlPlane({ workloads: false });
  admin = connect(userAccess(plane.adminKubeconfig, undefined));
  for (const namespace of ["shop", "many"]) {
    await created("/api/v1/namespaces", { kind: "Namespace", metadata: { name: namespace } });
    const account = { kind: "ServiceAccount", metadata: { name: "default" } };
    await created(`/api/v1/namespaces/${namespace}/serviceaccounts`, account);
  }
  for (const { status, ...pod } of PODS) {
    await created("/api/v1/namespaces/shop/pods", { kind: "Pod", ...pod });
    if (status === undefined) continue;
    const path = `/api/v1/namespaces/shop/pods/${pod.metadata.name}/status`;
    await accepted({ method: "PATCH", path, body: { status }, contentType: "application/merge-patch+json" });
  }
  const queue = Array.from({ length: MANY }, (_, at) => `pod-${at}`);
  const worker = async (): Promise<void> => {
    for (let name = queue.pop(); name !== undefined; name = queue.pop())
      await created("/api/v1/namespaces/many/pods", {
        kind: "Pod",
        metadata: { name },
        spec: { containers: [APP] },
      });
  };
  await Promise.all(Array.from({ length: 8 }, worker));
});

afterAll(async () => {
  admin?.close();
  await plane?.stop();
});

const APP = { name: "app", image: "example.com/app:1.2.3" };
const TOKEN = { serviceAccountToken: { audience: "sts.amazonaws.com", path: "token" } };
const ROLE = { name: "AWS_ROLE_ARN", value: "arn:aws:iam::111122223333:role/für" };

/** Pods with every feature that a summary tells, and with what stands beside it. */
const PODS = [
  { metadata: { name: "plain" }, spec: { containers: [APP] } },
  {
    metadata: {
      name: "injected",
      labels: { "a.example/B_c.d-9": "", "pod-template-hash": "7d9f8b6c5", "0": "y.Z_1" },
      annotations: { "example.com/note": 'naïve ☃ 𝄞 \u0000 "quoted"\n' },
      ownerReferences: [
        { apiVersion: "v1", kind: "ConfigMap", name: "other", uid: "1" },
        { apiVersion: "apps/v1", kind: "ReplicaSet", name: "cart-7d9f8b6c5", uid: "2", controller: true },
      ],
      finalizers: ["example.com/hold"],
    },
    spec: {
      nodeName: "ip-10-0-0-1.eu-west-1.compute.internal",
      containers: [
        { ...APP, env: [{ name: "EMPTY" }, { name: "PORT", value: "8080" }] },
        { ...APP, name: "b", env: [ROLE] },
      ],
      volumes: [
        { name: "aws-iam-token", projected: { sources: [TOKEN] } },
        { name: "data", emptyDir: {} },
      ],
    },
    status: { phase: "Running", podIP: "10.0.0.9", startTime: "2026-11-01T10:00:00Z" },
  },
  {
    metadata: { name: "by-association" },
    spec: {
      containers: [
        {
          ...APP,
          env: [
            { name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: "http://169.254.170.23/v1/credentials" },
          ],
        },
      ],
      volumes: [{ name: "eks-pod-identity-token", projected: { sources: [TOKEN] } }],
    },
  },
  {
    metadata: {
      name: "keys-of-a-secret",
      ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name: "import", uid: "3", controller: false }],
    },
    spec: {
      containers: [APP],
      initContainers: [
        { ...APP, name: "first" },
        {
          ...APP,
          name: "init",
          env: [{ name: "AWS_ACCESS_KEY_ID", valueFrom: { secretKeyRef: { name: "keys", key: "id" } } }],
        },
      ],
    },
    status: { phase: "Succeeded" },
  },
  {
    metadata: { name: "on-the-host" },
    spec: { hostNetwork: true, nodeName: "n1", containers: [{ ...APP, env: [{ ...ROLE, value: "" }] }] },
    status: { phase: "Failed", reason: "Evicted", message: "no room" },
  },
];

async function accepted(call: ApiRequest): Promise<void> {
  const { status, body } = await admin.send(call);
  if (status >= 300) throw new Error(`${call.method} ${call.path}: ${JSON.stringify(body)}`);
}

const created = (path: string, body: object) =>
  accepted({ method: "POST", path, body: { apiVersion: "v1", ...body } });

/** The same connection, that asks for JSON alone. */
function inJson(connection: Connection): Connection {
  return { ...connection, send: (call) => connection.send({ ...call, accept: "application/json" }) };
}

/** The same connection, and the kinds of bodies that came. */
function noting(connection: Connection): { readonly connection: Connection; readonly isBinary: boolean[] } {
  const isBinary: boolean[] = [];
  const send = async (call: ApiRequest) => {
    const answer = await connection.send(call);
    isBinary.push(Buffer.isBuffer(answer.body));
    return answer;
  };
  return { connection: { ...connection, send }, isBinary };
}

function summariesOf(connection: Connection, namespace: string): Promise<readonly PodSummary[]> {
  const parsed = parseNamespaceName(namespace);
  if (!parsed.ok) throw new Error(namespace);
  return kubernetesAdapter(connection).listPodSummaries(parsed.value);
}

describe("pods of a real API server, as Protobuf", () => {
  test("are those of its JSON", async () => {
    const { connection, isBinary } = noting(admin);
    const found = await summariesOf(connection, "shop");
    expect(isBinary).toEqual([true]);
    expect(found).toEqual(await summariesOf(inJson(admin), "shop"));
    expect(found).toMatchObject([
      { name: "by-association", podIdentity: true, injected: false, phase: "Pending" },
      {
        name: "injected",
        injected: true,
        roleArn: ROLE.value,
        workload: "deployment/cart",
        phase: "Running",
      },
      { name: "keys-of-a-secret", staticKeys: true, phase: "Succeeded" },
      { name: "on-the-host", hostNetwork: true, node: "n1", roleArn: "", phase: "Failed" },
      {
        name: "plain",
        serviceAccountName: "default",
        podIdentity: false,
        injected: false,
        staticKeys: false,
      },
    ]);
  });

  test("are those of its JSON page by page", async () => {
    const { connection, isBinary } = noting(admin);
    const found = await summariesOf(connection, "many");
    expect(isBinary).toEqual([true, true]);
    expect(new Set(found.map(({ name }) => name)).size).toBe(MANY);
    expect(found).toEqual(await summariesOf(inJson(admin), "many"));
  });

  test("are read with bytes that are not UTF-8, which the API server accepts", async () => {
    const container = [
      textField(1, "app"),
      textField(2, "app:1"),
      bytesField(7, textField(1, "AWS_ROLE_ARN"), bytesField(2, Buffer.from([0x61, 0xff, 0x62]))),
    ];
    const pod = [bytesField(1, textField(1, "odd")), bytesField(2, bytesField(2, ...container))];
    const answer = await admin.pass({
      method: "POST",
      path: "/api/v1/namespaces/shop/pods",
      headers: { "content-type": "application/vnd.kubernetes.protobuf", accept: "application/json" },
      body: Readable.from([objectBytes("v1", "Pod", ...pod)]),
    });
    expect([answer.statusCode, await json(answer)]).toMatchObject([201, { metadata: { name: "odd" } }]);
    const found = await summariesOf(admin, "shop");
    expect(found.find(({ name }) => name === "odd")).toMatchObject({ roleArn: "a\ufffdb" });
    expect(found).toEqual(await summariesOf(inJson(admin), "shop"));
  });
});

describe("what a real API server refuses in Protobuf", () => {
  test("is what it says in JSON: to someone who may not", async () => {
    const nobody = connect(userAccess(await plane.kubeconfigFor("nobody"), undefined));
    const { connection, isBinary } = noting(nobody);
    const stop = await stopOf(summariesOf(connection, "shop"));
    expect(isBinary).toEqual([true]);
    expect(stop).toMatchObject({
      code: "forbidden",
      detail: {
        facts: [
          ["the API server says", expect.stringContaining('User "nobody" cannot list resource "pods"')],
        ],
      },
    });
    expect(stop).toEqual(await stopOf(summariesOf(inJson(nobody), "shop")));
    nobody.close();
  });

  test("is what it says in JSON: of a page whose version is gone", async () => {
    await compact();
    const token = { v: "meta.k8s.io/v1", rv: 2, start: "many/pod-1\u0000" };
    const next = Buffer.from(JSON.stringify(token)).toString("base64url");
    const stale = (connection: Connection): Connection => ({
      ...connection,
      send: (call) => connection.send({ ...call, query: { ...call.query, continue: next } }),
    });
    const { connection, isBinary } = noting(stale(admin));
    const stop = await stopOf(summariesOf(connection, "many"));
    expect(isBinary).toEqual([true]);
    expect(stop).toMatchObject({ code: "kubernetes-error", detail: { facts: [["status", "410"]] } });
    expect(stop).toEqual(await stopOf(summariesOf(stale(inJson(admin)), "many")));
  });
});

/** Has etcd forget all versions but the last, as the API server does every few minutes. */
async function compact(): Promise<void> {
  const { body } = await admin.send({ method: "GET", path: "/api/v1/namespaces", query: { limit: "1" } });
  const { metadata } = body as { metadata: { resourceVersion: string } };
  const socketPath = join(dirname(plane.adminKubeconfig), "etcd.sock");
  const status = await new Promise((resolve, reject) => {
    const call = request({ socketPath, path: "/v3/kv/compaction", method: "POST" }, (answer) =>
      resolve(answer.resume().statusCode),
    );
    call.on("error", reject).end(JSON.stringify({ revision: metadata.resourceVersion, physical: true }));
  });
  expect(status).toBe(200);
}
