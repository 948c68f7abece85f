import { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { largeCluster, type LargeObject } from "../../../bench/large-cluster.ts";
import { podProtobuf } from "../../../bench/pod-protobuf.ts";
import { connect, type Connection } from "../../../src/kubernetes/connection.ts";
import { userAccess } from "../../../src/kubernetes/kubeconfig.ts";
import { startControlPlane, type ControlPlane } from "../../worlds/control-plane/control-plane.ts";

/** Pods with a role by annotation, without one, by an association, and the agent's; with what an API server requires. */
const SIZE = { roles: 40, serviceAccounts: 40, pods: 12, podBytes: 4_096, nodes: 1 };
const PODS = (largeCluster(SIZE, "").get("/api/v1/pods") ?? []).map(completed);

function completed({ metadata, spec, status }: LargeObject) {
  const { ownerReferences, ...more } = metadata;
  const { containers, ...rest } = spec as { containers: object[] };
  const owners = ownerReferences as object[];
  return {
    metadata: {
      ...more,
      ownerReferences: owners.map((owner) => ({ apiVersion: "apps/v1", uid: "1", ...owner })),
    },
    spec: {
      serviceAccountName: "default",
      ...rest,
      containers: containers.map((one) => ({ image: "app:1", ...one })),
    },
    status,
  };
}

let plane: ControlPlane;
let admin: Connection;

beforeAll(async () => {
  plane = await startControlPlane({ workloads: false });
  admin = connect(userAccess(plane.adminKubeconfig, undefined));
  for (const { metadata, spec } of PODS) {
    const path = `/api/v1/namespaces/${metadata.namespace}/serviceaccounts`;
    // The same namespace twice does no harm.
    await admin.send({
      method: "POST",
      path: "/api/v1/namespaces",
      body: { metadata: { name: metadata.namespace } },
    });
    await admin.send({ method: "POST", path, body: { metadata: { name: spec.serviceAccountName } } });
  }
});
afterAll(async () => {
  admin?.close();
  await plane?.stop();
});

type Body = Buffer | string;

/** What the API server makes of a pod that is sent to it so. */
async function understood(method: string, path: string, body: Body): Promise<{ [part: string]: object }> {
  const type = typeof body === "string" ? "application/json" : "application/vnd.kubernetes.protobuf";
  const headers = { "content-type": type, accept: "application/json" };
  const answer = await admin.pass({ method, path, headers, body: Readable.from([body]) });
  const { metadata, spec, status, message } = (await json(answer)) as { [part: string]: object };
  expect([answer.statusCode, message]).toEqual([method === "POST" ? 201 : 200, undefined]);
  return { metadata: { ...metadata, ...OWN }, spec: withoutNames(spec ?? {}), status: status ?? {} };
}

/** What each object has of its own. */
const OWN = { uid: "", resourceVersion: "", creationTimestamp: "", managedFields: [] };
const withoutNames = (spec: object): object =>
  JSON.parse(JSON.stringify(spec).replace(/kube-api-access-\w{5}/g, "kube-api-access")) as object;

test.each(PODS.map((pod) => [pod.metadata.name, pod] as const))(
  "the API server reads of the Protobuf of %s what it reads of its JSON",
  async (name, pod) => {
    const pods = `/api/v1/namespaces/${pod.metadata.namespace}/pods`;
    const both = async (method: string, path: string) => {
      const ofProtobuf = await understood(method, path, podProtobuf(pod));
      expect(ofProtobuf).toEqual(await understood(method, path, JSON.stringify(pod)));
      return ofProtobuf;
    };
    await both("POST", `${pods}?dryRun=All`);
    await understood("POST", pods, JSON.stringify(pod));
    expect(await both("PUT", `${pods}/${name}/status`)).toMatchObject({ status: pod.status });
  },
);
