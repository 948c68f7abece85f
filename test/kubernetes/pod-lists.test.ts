import { expect, it, onTestFinished } from "vitest";
import { kubernetesAdapter } from "../../src/kubernetes/client.ts";
import { connect } from "../../src/kubernetes/connection.ts";
import type { KubernetesPort } from "../../src/kubernetes/port.ts";
import { accessTo, startApiServer, type Received } from "./api-server.ts";
import { podBytes, podListBytes, statusBytes } from "./protobuf-bytes.ts";

/** The answers, one for each call, and the calls. */
async function answering(
  ...answers: readonly (readonly [status: number, body: unknown])[]
): Promise<{ readonly api: KubernetesPort; readonly received: readonly Received[] }> {
  const server = await startApiServer(({ url }) => {
    const [status, body] = answers[server.received.length - 1] ?? [500, `unexpected ${url}`];
    return { status, body };
  });
  const connection = connect(accessTo(server.url, server.caPem));
  onTestFinished(async () => {
    connection.close();
    await server.stop();
  });
  return { api: kubernetesAdapter(connection), received: server.received };
}

const pod = (name: string) => ({
  metadata: { namespace: "shop", name, creationTimestamp: "2026-11-01T10:00:05Z" },
  spec: { serviceAccountName: "cart", containers: [{}] },
  status: { phase: "Running" },
});
const A = podBytes(pod("a"));
const B = podBytes(pod("b"));

const namesOf = async (api: KubernetesPort) =>
  (await api.listPodSummaries(undefined)).map(({ name }) => name);

it("summaries are asked for in Protobuf, page by page", async () => {
  const { api, received } = await answering(
    [200, podListBytes([A], { next: "more/+" })],
    [200, podListBytes([B])],
  );
  expect(await namesOf(api)).toEqual(["a", "b"]);
  expect(received.map(({ url, headers }) => [url, headers["accept"]])).toEqual([
    ["/api/v1/pods?limit=500", "application/vnd.kubernetes.protobuf, application/json;q=0.9"],
    [
      "/api/v1/pods?limit=500&continue=more%2F%2B",
      "application/vnd.kubernetes.protobuf, application/json;q=0.9",
    ],
  ]);
});

it("summaries are read of JSON, too, and of a page in one and the next in the other", async () => {
  const { api } = await answering(
    [200, { metadata: { continue: "more" }, items: [pod("a")] }],
    [200, podListBytes([B])],
  );
  expect(await namesOf(api)).toEqual(["a", "b"]);
});

it.each([
  ["Protobuf", statusBytes(403, "Forbidden", 'pods is forbidden: User "u"')],
  ["JSON", { kind: "Status", message: 'pods is forbidden: User "u"', reason: "Forbidden" }],
])("a refusal in %s says what the API server says", async (_, body) => {
  const { api } = await answering([403, body]);
  await expect(namesOf(api)).rejects.toMatchObject({
    code: "forbidden",
    detail: { facts: [["the API server says", 'pods is forbidden: User "u"']] },
  });
});

it("a page whose version is gone is told by its status", async () => {
  const { api } = await answering(
    [200, podListBytes([A], { next: "more" })],
    [410, statusBytes(410, "Expired", "The provided continue parameter is too old")],
  );
  await expect(namesOf(api)).rejects.toMatchObject({
    code: "kubernetes-error",
    message: "list pods: The provided continue parameter is too old",
    detail: { facts: [["status", "410"]] },
  });
});

it("a refusal that can't be read is still one", async () => {
  const { api } = await answering([403, Buffer.from("k8s\0\xff", "latin1")]);
  await expect(namesOf(api)).rejects.toMatchObject({
    code: "forbidden",
    detail: { facts: [["the API server says", "no message"]] },
  });
});

it.each([
  ["that breaks off", podListBytes([A]).subarray(0, 60)],
  ["of something else", statusBytes(200, "", "")],
  ["of pods without names", podListBytes([podBytes({})])],
  ["of nothing", Buffer.alloc(0)],
])("Protobuf %s is no list", async (_, body) => {
  const { api } = await answering([200, body]);
  await expect(namesOf(api)).rejects.toMatchObject({ code: "unexpected-answer" });
});

it("Protobuf that nobody asked for is not read", async () => {
  const { api } = await answering([200, podListBytes([A])], [200, podListBytes([A])]);
  await expect(api.getNode("n1")).rejects.toMatchObject({ code: "unexpected-answer" });
  await expect(api.listNodes()).rejects.toMatchObject({ code: "unexpected-answer" });
});
