import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { kubernetesAdapter } from "../../src/kubernetes/client.ts";
import type { ApiAnswer } from "../../src/kubernetes/answer.ts";
import { connect } from "../../src/kubernetes/connection.ts";
import { eksAccess, trustingOnly } from "../../src/kubernetes/api-access.ts";
import { CLUSTER_CA } from "../fakes/certificates.ts";
import { stopOf, textOf } from "../fakes/walk.ts";
import { startConnectProxy } from "../worlds/connect-proxy.ts";
import { accessTo, startApiServer, type ApiServer } from "./api-server.ts";

let server: ApiServer | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
});

async function serving(body: unknown = {}, status = 200): Promise<ApiServer> {
  const answer: ApiAnswer = { status, body };
  server = await startApiServer(() => answer);
  return server;
}

describe("a call", () => {
  it("carries method, path, query, body and who we are", async () => {
    const { url, caPem, received } = await serving({ kind: "Status" }, 201);
    const connection = connect(accessTo(url, caPem));
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
      const connection = connect(accessTo(base, caPem));
      await connection.send({ method: "GET", path: "/version" });
      connection.close();
    }
    expect(received.map((one) => one.url)).toEqual([
      "/k8s/clusters/c-1/version",
      "/k8s/clusters/c-1/version",
    ]);
  });

  it("gives a body that is not JSON as it is", async () => {
    const { url, caPem } = await serving("<html>", 502);
    const connection = connect(accessTo(url, caPem));
    expect(await connection.send({ method: "GET", path: "/" })).toEqual({ status: 502, body: "<html>" });
    connection.close();
  });

  it("uses a connection again", async () => {
    const api = await serving();
    const connection = connect(accessTo(api.url, api.caPem));
    for (let n = 0; n < 3; n++) await connection.send({ method: "GET", path: "/version" });
    expect(api.connections()).toBe(1);
    connection.close();
  });
});

describe("an API server that has too much to do", () => {
  const refusing = (times: number, headers = {}) => {
    let left = times;
    return startApiServer(() =>
      (left -= 1) < 0
        ? { status: 201, body: { kind: "Done" } }
        : { status: 429, body: "Too many requests, please try again later.", headers },
    );
  };
  const create = { method: "POST", path: "/api/v1/x", body: { a: 1 } } as const;

  it.each([
    ["after the time that it asks for", { "retry-after": "0" }],
    ["after a pause where it asks for none that is one", { "retry-after": "soon" }],
  ])("is asked again, with the same call, %s", async (_, headers) => {
    server = await refusing(2, headers);
    const connection = connect(accessTo(server.url, server.caPem));
    expect(await connection.send(create)).toEqual({ status: 201, body: { kind: "Done" } });
    expect(server.received.map(({ method, body }) => [method, body])).toEqual(
      Array.from({ length: 3 }, () => ["POST", { a: 1 }]),
    );
    connection.close();
  });

  it("is asked a few times, and then what it says is the answer", async () => {
    server = await refusing(100, { "retry-after": "0" });
    const connection = connect(accessTo(server.url, server.caPem));
    expect(await connection.send(create)).toEqual({
      status: 429,
      body: "Too many requests, please try again later.",
    });
    expect(server.received).toHaveLength(5);
    connection.close();
  });
});

describe("no answer", () => {
  it("is a server that can't be reached, named", async () => {
    const { url, caPem, stop } = await serving();
    await stop();
    server = undefined;
    const failure = await stopOf(connect(accessTo(url, caPem)).send({ method: "GET", path: "/" }));
    expect(failure).toMatchObject({ kind: "failed", code: "unreachable" });
    expect(textOf(failure)).toContain("ECONNREFUSED");
    expect(textOf(failure)).toContain(url);
  });

  it("is a certificate that can't be verified, with what fixes it", async () => {
    const { url } = await serving();
    const failure = await stopOf(connect(accessTo(url, CLUSTER_CA)).send({ method: "GET", path: "/" }));
    expect(failure).toMatchObject({ kind: "failed", code: "tls" });
    expect(textOf(failure)).toContain("AWS_CA_BUNDLE");
  });
});

describe("authorities that are trusted besides the cluster's", () => {
  function counted(...pems: readonly string[]) {
    let reads = 0;
    const alsoTrusted = (): readonly string[] => {
      reads += 1;
      return pems;
    };
    return { alsoTrusted, reads: () => reads };
  }

  function trusting(url: string, caPem: string, alsoTrusted: () => readonly string[]) {
    const access = accessTo(url, caPem);
    return { ...access, cluster: { ...access.cluster, alsoTrusted } };
  }

  it("are not read while the certificate is of the cluster's own", async () => {
    const { url, caPem } = await serving();
    const { alsoTrusted, reads } = counted(CLUSTER_CA);
    const connection = connect(trusting(url, caPem, alsoTrusted));
    await connection.send({ method: "GET", path: "/version" });
    expect(reads()).toBe(0);
    connection.close();
  });

  it("are read once where it is not, and every call is received once, side by side too", async () => {
    const { url, caPem, received } = await serving({ kind: "Status" }, 201);
    const { alsoTrusted, reads } = counted(caPem);
    const connection = connect(trusting(url, CLUSTER_CA, alsoTrusted));
    const post = (n: number) => connection.send({ method: "POST", path: `/api/v1/${n}`, body: { n } });
    expect(await Promise.all([1, 2, 3].map(post))).toMatchObject([
      { status: 201 },
      { status: 201 },
      { status: 201 },
    ]);
    await post(4);
    expect(received.map((one) => one.url).toSorted()).toEqual([1, 2, 3, 4].map((n) => `/api/v1/${n}`));
    expect(reads()).toBe(1);
    connection.close();
  });

  it("don't help a certificate of yet another authority", async () => {
    const { url, received } = await serving();
    const { alsoTrusted } = counted(CLUSTER_CA);
    const connection = connect(trusting(url, CLUSTER_CA, alsoTrusted));
    expect(await stopOf(connection.send({ method: "GET", path: "/" }))).toMatchObject({ code: "tls" });
    expect(received).toEqual([]);
    connection.close();
  });

  it("are those of the environment for a cluster as EKS describes it, and none where one alone is trusted", async () => {
    const { url, caPem } = await serving();
    const folder = mkdtempSync(join(tmpdir(), "irsa-ca-"));
    const file = join(folder, "ca.pem");
    writeFileSync(file, caPem);
    vi.stubEnv("AWS_CA_BUNDLE", undefined);
    vi.stubEnv("NODE_EXTRA_CA_CERTS", file);
    const token = async () => "t";
    const access = eksAccess({ name: "c", endpoint: url, caPem: CLUSTER_CA, token });
    const [trusted, pinned] = [connect(access), connect(trustingOnly(access, CLUSTER_CA))];
    expect(await trusted.send({ method: "GET", path: "/" })).toMatchObject({ status: 200 });
    expect(await stopOf(pinned.send({ method: "GET", path: "/" }))).toMatchObject({ code: "tls" });
    for (const connection of [trusted, pinned]) connection.close();
    rmSync(folder, { recursive: true });
  });
});

describe("a proxy", () => {
  /** A proxy on loopback that answers every CONNECT so. */
  async function answering(line: string): Promise<{ readonly url: string; readonly stop: () => void }> {
    const proxy = createServer().on("connect", (_request, socket) => socket.end(`HTTP/1.1 ${line}\r\n\r\n`));
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    return {
      url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      stop: () => void proxy.close(),
    };
  }

  function through(url: string, caPem = CLUSTER_CA, server = "https://cluster.example") {
    const access = accessTo(server, caPem);
    return connect({ ...access, cluster: { ...access.cluster, proxy: { url, from: "proxy-url of 'c'" } } });
  }

  it("that opens the way is gone through", async () => {
    const { url, caPem } = await serving({ kind: "Status" });
    const proxy = await startConnectProxy();
    const connection = through(proxy.url, caPem, url);
    expect(await connection.send({ method: "GET", path: "/version" })).toMatchObject({ status: 200 });
    await connection.send({ method: "GET", path: "/version" });
    expect(proxy.targets()).toEqual([url.slice("https://".length)]);
    connection.close();
    await proxy.stop();
  });

  it.each(["http://127.0.0.1:1", "socks5://127.0.0.1:1", "http://me:password-of-mine@127.0.0.1:1"])(
    "that is dead is named, and the cluster is not blamed: %s",
    async (url) => {
      const failure = await stopOf(through(url).send({ method: "GET", path: "/" }));
      expect(failure).toMatchObject({ kind: "failed", code: "proxy" });
      expect(textOf(failure)).toContain(`the proxy '${url.replace("me:password-of-mine@", "")}'`);
      expect(textOf(failure)).toContain("ECONNREFUSED");
      expect(textOf(failure)).toContain("proxy-url of 'c'");
      expect(textOf(failure)).not.toContain("password-of-mine");
      expect(failure.message).not.toContain("API server");
    },
  );

  it.each(["407 Proxy Authentication Required", "503 Service Unavailable"])(
    "that refuses is reported with its answer: %s",
    async (line) => {
      const proxy = await answering(line);
      const failure = await stopOf(through(proxy.url).send({ method: "GET", path: "/" }));
      expect(failure.code).toBe("proxy");
      expect(textOf(failure)).toContain(line);
      proxy.stop();
    },
  );

  it("that refuses at length is reported with the beginning of what it says", async () => {
    const proxy = await answering(`503 ${"Unavailable ".repeat(1_000)}`);
    const failure = await stopOf(through(proxy.url).send({ method: "GET", path: "/" }));
    expect(textOf(failure)).toContain("503 Unavailable");
    expect(textOf(failure).length).toBeLessThan(2_000);
    proxy.stop();
  });

  it("does not hide that the certificate behind it is another's", async () => {
    const { url } = await serving();
    const proxy = await startConnectProxy();
    const failure = await stopOf(through(proxy.url, CLUSTER_CA, url).send({ method: "GET", path: "/" }));
    expect(failure.code).toBe("tls");
    await proxy.stop();
  });
});

describe("credentials that the cluster does not accept", () => {
  it.each(["token", "password", "certificate", "plugin", "id-token"] as const)(
    "of a kubeconfig are those of its user, by %s: no AWS principal has made the request",
    async (how) => {
      const { url, caPem } = await serving({ message: "Unauthorized" }, 401);
      const identity = { by: "kubeconfig", user: "ci", how, command: ["get-credentials", "--x"] } as const;
      const connection = connect({ ...accessTo(url, caPem), identity });
      const failure = await stopOf(kubernetesAdapter(connection).may({ verb: "get", resource: "pods" }));
      expect(failure).toMatchObject({ kind: "denied", code: "kubeconfig-credentials" });
      expect(failure.message).toContain("kubeconfig user 'ci'");
      expect(textOf(failure)).not.toContain("AWS principal");
      expect(textOf(failure).includes("'get-credentials'")).toBe(how === "plugin");
      connection.close();
    },
  );
});

describe("as EKS describes the cluster", () => {
  it("trusts the CA that EKS gives, and makes one token for many calls", async () => {
    const { url, caPem, received } = await serving();
    let tokens = 0;
    const token = async () => `k8s-aws-v1.${(tokens += 1)}`;
    const connection = connect(eksAccess({ name: "c", endpoint: url, caPem, token }));
    await Promise.all([1, 2, 3].map(() => connection.send({ method: "GET", path: "/version" })));
    expect(new Set(received.map(({ headers }) => headers["authorization"]))).toEqual(
      new Set(["Bearer k8s-aws-v1.1"]),
    );
    connection.close();
  });
});
