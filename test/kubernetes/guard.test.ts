import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiAnswer } from "../../src/kubernetes/connection.ts";
import { provedConnection } from "../../src/kubernetes/guard.ts";
import type { ClusterWithIssuer } from "../../src/model/cluster.ts";
import { CLUSTER_CA } from "../fakes/certificates.ts";
import { aCluster, anAccount, ISSUER, OLD_ISSUER } from "../fakes/values.ts";
import { stopOf, textOf } from "../fakes/walk.ts";
import { kubeConfigFor, startApiServer, type ApiServer, type Received } from "./api-server.ts";

const FORBIDDEN: ApiAnswer = { status: 403, body: { message: "forbidden" } };
const ACCOUNT = anAccount("shop/cart");

/** What the API server says of its issuer, by way of asking; what is absent is forbidden. */
interface Says {
  readonly discovery?: string;
  readonly ofAccount?: string;
  readonly ofDefault?: string;
}

let says: Says;
let server: ApiServer;

beforeEach(async () => {
  says = {};
  server = await startApiServer((request) => answerTo(request));
});
afterEach(async () => server.stop());

function answerTo({ url }: Received): ApiAnswer {
  if (url === "/version") return { status: 200, body: {} };
  if (url === "/.well-known/openid-configuration")
    return says.discovery === undefined ? FORBIDDEN : { status: 200, body: { issuer: says.discovery } };
  const issuer = url.includes("/serviceaccounts/default/") ? says.ofDefault : says.ofAccount;
  return issuer === undefined ? FORBIDDEN : { status: 201, body: { status: { token: tokenFrom(issuer) } } };
}

function tokenFrom(iss: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part({ iss })}.signature`;
}

/** The cluster as EKS describes it, with this certificate authority. */
const described = (caPem: string): ClusterWithIssuer => ({ ...aCluster(), caPem });

const prove = (cluster: ClusterWithIssuer, caPem = server.caPem, more = {}) =>
  provedConnection(kubeConfigFor(server.url, caPem, more), cluster, ACCOUNT);

describe("a context is proved to be the cluster", () => {
  it("by a certificate authority that EKS names too, and that verifies the server", async () => {
    const connection = await prove(described(server.caPem));
    expect(connection.server).toBe(server.url);
    expect(server.received.map(({ url }) => url)).toEqual(["/version"]);
    connection.close();
  });

  it("by one of several: authorities are rotated and bundled", async () => {
    const connection = await prove(
      described(`${CLUSTER_CA}\n${server.caPem}`),
      `${server.caPem}${CLUSTER_CA}`,
    );
    expect(server.received).toHaveLength(1);
    connection.close();
  });

  it.each<readonly [string, Says]>([
    ["by the issuer that discovery names", { discovery: ISSUER }],
    ["by the issuer of a token of the account", { ofAccount: ISSUER }],
    ["by the issuer of a token of the namespace's default account", { ofDefault: ISSUER }],
  ])("%s", async (_how, said) => {
    says = said;
    const connection = await prove(described(CLUSTER_CA));
    expect(connection.server).toBe(server.url);
    connection.close();
  });
});

describe("a context is refused", () => {
  it.each<readonly [string, Says]>([
    ["discovery names another issuer", { discovery: OLD_ISSUER }],
    ["discovery names another issuer, whatever its tokens say", { discovery: OLD_ISSUER, ofAccount: ISSUER }],
    ["the account's token is another issuer's", { ofAccount: OLD_ISSUER }],
  ])("as another cluster where %s", async (_what, said) => {
    says = said;
    const stop = await stopOf(prove(described(CLUSTER_CA)));
    expect(stop).toMatchObject({ kind: "refused", code: "wrong-cluster" });
    for (const part of [ISSUER, OLD_ISSUER, "--context"]) expect(textOf(stop)).toContain(part);
  });

  it("as unproved where nothing can be known: unknown is not the same", async () => {
    const stop = await stopOf(prove(described(CLUSTER_CA)));
    expect(stop).toMatchObject({ kind: "refused", code: "unproved-cluster" });
    expect(textOf(stop)).toContain("not permitted in the cluster: get the OIDC discovery document");
    expect(textOf(stop)).toContain("create serviceaccounts/token for shop/cart");
  });

  it("where the certificate is not verified: the same authority in the kubeconfig proves nothing then", async () => {
    const stop = await stopOf(prove(described(server.caPem), server.caPem, { skipTLSVerify: true }));
    expect(stop.code).toBe("unproved-cluster");
  });

  it("where the authority that both name does not verify the server", async () => {
    says = { discovery: OLD_ISSUER };
    const stop = await stopOf(prove(described(CLUSTER_CA), `${CLUSTER_CA}\n${server.caPem}`));
    expect(stop.code).toBe("wrong-cluster");
  });

  it("where EKS names no authority", async () => {
    const { caPem: _, ...cluster } = aCluster();
    expect((await stopOf(prove(cluster))).code).toBe("unproved-cluster");
  });
});

it("a server that can't be reached is said to be so, not unproved", async () => {
  const { url, caPem } = server;
  await server.stop();
  const proving = provedConnection(kubeConfigFor(url, caPem), described(caPem), ACCOUNT);
  expect(await stopOf(proving)).toMatchObject({ code: "unreachable" });
  server = await startApiServer(() => FORBIDDEN);
});

it("asks for nothing that would be kept: reads, and tokens of ten minutes", async () => {
  await stopOf(prove(described(CLUSTER_CA)));
  for (const { method, url, body } of server.received) {
    const token = { spec: { expirationSeconds: 600, audiences: [] } };
    expect({ method, body }).toMatchObject(method === "GET" ? {} : { method: "POST", body: token });
    expect(url).toMatch(/^\/version$|openid-configuration$|\/serviceaccounts\/(cart|default)\/token$/);
  }
});
