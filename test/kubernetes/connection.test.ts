import { afterEach, describe, expect, it } from "vitest";
import { connect, type ApiAnswer } from "../../src/kubernetes/connection.ts";
import { eksKubeConfig } from "../../src/kubernetes/kubeconfig.ts";
import { CLUSTER_CA } from "../fakes/certificates.ts";
import { stopOf, textOf } from "../fakes/walk.ts";
import { kubeConfigFor, startApiServer, type ApiServer } from "./api-server.ts";

let server: ApiServer | undefined;
afterEach(async () => server?.stop());

async function serving(body: unknown = {}, status = 200): Promise<ApiServer> {
  const answer: ApiAnswer = { status, body };
  server = await startApiServer(() => answer);
  return server;
}

describe("a call", () => {
  it("carries method, path, query, body and who we are", async () => {
    const { url, caPem, received } = await serving({ kind: "Status" }, 201);
    const connection = connect(kubeConfigFor(url, caPem));
    const answer = await connection.send({
      method: "PATCH",
      path: "/api/v1/x",
      query: { fieldManager: "irsa", "a b": "c&d" },
      contentType: "application/merge-patch+json",
      body: { a: "ü" },
    });
    expect(answer).toEqual({ status: 201, body: { kind: "Status" } });
    expect(received).toMatchObject([
      {
        method: "PATCH",
        url: "/api/v1/x?fieldManager=irsa&a+b=c%26d",
        body: { a: "ü" },
        headers: { "content-type": "application/merge-patch+json", authorization: "Bearer secret" },
      },
    ]);
    connection.close();
  });

  it("goes below the path that the server's URL has, as behind Rancher", async () => {
    const { url, caPem, received } = await serving();
    for (const base of [`${url}/k8s/clusters/c-1`, `${url}/k8s/clusters/c-1/`]) {
      const connection = connect(kubeConfigFor(base, caPem));
      await connection.send({ method: "GET", path: "/version" });
      connection.close();
    }
    expect(received.map((one) => one.url)).toEqual([
      "/k8s/clusters/c-1/version",
      "/k8s/clusters/c-1/version",
    ]);
  });

  it("gives a body that is no JSON as it is", async () => {
    const { url, caPem } = await serving("<html>", 502);
    const connection = connect(kubeConfigFor(url, caPem));
    expect(await connection.send({ method: "GET", path: "/" })).toEqual({ status: 502, body: "<html>" });
    connection.close();
  });

  it("uses a connection again", async () => {
    const api = await serving();
    const connection = connect(kubeConfigFor(api.url, api.caPem));
    for (let n = 0; n < 3; n++) await connection.send({ method: "GET", path: "/version" });
    expect(api.connections()).toBe(1);
    connection.close();
  });
});

describe("no answer", () => {
  it("is a server that can't be reached, named", async () => {
    const { url, caPem, stop } = await serving();
    await stop();
    server = undefined;
    const failure = await stopOf(connect(kubeConfigFor(url, caPem)).send({ method: "GET", path: "/" }));
    expect(failure).toMatchObject({ kind: "failed", code: "unreachable" });
    expect(textOf(failure)).toContain("ECONNREFUSED");
    expect(textOf(failure)).toContain(url);
  });

  it("is a certificate that can't be verified, with what mends it", async () => {
    const { url } = await serving();
    const failure = await stopOf(connect(kubeConfigFor(url, CLUSTER_CA)).send({ method: "GET", path: "/" }));
    expect(failure).toMatchObject({ kind: "failed", code: "tls" });
    expect(textOf(failure)).toContain("AWS_CA_BUNDLE");
  });
});

describe("as EKS describes the cluster", () => {
  it("trusts the CA that EKS gives, and makes one token for many calls", async () => {
    const { url, caPem, received } = await serving();
    let tokens = 0;
    const token = async () => `k8s-aws-v1.${(tokens += 1)}`;
    const connection = connect(eksKubeConfig({ name: "c", endpoint: url, caPem, token }));
    await Promise.all([1, 2, 3].map(() => connection.send({ method: "GET", path: "/version" })));
    expect(new Set(received.map(({ headers }) => headers["authorization"]))).toEqual(
      new Set(["Bearer k8s-aws-v1.1"]),
    );
    connection.close();
  });
});
