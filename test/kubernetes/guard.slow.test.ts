import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JSONWebKeySet } from "jose";
import type { ApiAnswer } from "../../src/kubernetes/answer.ts";
import { provedConnection, type ReadKeys } from "../../src/kubernetes/guard.ts";
import type { ClusterWithIssuer } from "../../src/model/cluster.ts";
import { Failure } from "../../src/model/failure.ts";
import { createCertificateAuthority, issueServerCertificate } from "irsa-sandbox/parts";
import { CLUSTER_CA } from "../fakes/certificates.ts";
import { aCluster, aServiceAccount, ISSUER, OLD_ISSUER } from "../fakes/values.ts";
import { stopOf, textOf } from "../fakes/walk.ts";
import { accessTo, startApiServer, type ApiServer, type Received } from "./api-server.ts";
import { newSigner, outOfReach, type TokenClaims, type TokenSigner } from "./token-signer.ts";

const FORBIDDEN: ApiAnswer = { status: 403, body: { message: "forbidden" } };
const SERVICE_ACCOUNT = aServiceAccount("shop/cart");

/** What the API server says of its issuer, by way of asking; what is absent is forbidden. */
interface Says {
  readonly discovery?: string;
  /** Changes of the token that the ServiceAccount gets, and of that of `default`. */
  readonly ofServiceAccount?: Partial<TokenClaims>;
  readonly ofDefault?: Partial<TokenClaims>;
  readonly signer?: TokenSigner;
  /** In place of a token. */
  readonly token?: string;
  /** The path on which the server hangs up. */
  readonly silentOn?: string;
}

let says: Says;
let server: ApiServer;
let signer: TokenSigner;
let stranger: TokenSigner;

beforeAll(async () => void ([signer, stranger] = await Promise.all([newSigner(), newSigner()])));
beforeEach(async () => {
  says = {};
  server = await startApiServer(async (request) => answerTo(request));
});
afterEach(async () => server.stop());

async function answerTo({ url, body }: Received): Promise<ApiAnswer | "hang-up"> {
  if (url === says.silentOn) return "hang-up";
  if (url === "/version") return { status: 200, body: {} };
  if (url === "/.well-known/openid-configuration")
    return says.discovery === undefined ? FORBIDDEN : { status: 200, body: { issuer: says.discovery } };
  const name = url.includes("/serviceaccounts/default/") ? "default" : "cart";
  const changes = name === "default" ? says.ofDefault : says.ofServiceAccount;
  if (changes === undefined) return FORBIDDEN;
  const { audiences: aud } = (body as { spec: { audiences: string[] } }).spec;
  const claims = { iss: ISSUER, sub: `system:serviceaccount:shop:${name}`, aud, ...changes };
  const token = says.token ?? (await (says.signer ?? signer).sign(claims));
  return { status: 201, body: { status: { token } } };
}

/** The cluster as EKS describes it, with this certificate authority; it is where `endpoint` says. */
const described = (caPem: string, endpoint = server.url): ClusterWithIssuer => ({
  ...aCluster(),
  caPem,
  endpoint,
});

const readKeys = async (): Promise<JSONWebKeySet> => signer.keys;

const prove = (cluster: ClusterWithIssuer, caPem = server.caPem, more = {}, keys: ReadKeys = readKeys) =>
  provedConnection(accessTo(server.url, caPem, more), cluster, SERVICE_ACCOUNT, keys);

describe("a context is proved to be the cluster", () => {
  it("by the certificate authority that EKS names, whatever its kubeconfig trusts", async () => {
    for (const trusted of [server.caPem, CLUSTER_CA, `${CLUSTER_CA}\n${server.caPem}`]) {
      const connection = await prove(described(server.caPem), trusted);
      expect(connection.server).toBe(server.url);
      connection.close();
    }
    expect(new Set(server.received.map(({ url }) => url))).toEqual(new Set(["/version"]));
  });

  it("by one of several: authorities are rotated", async () => {
    const connection = await prove(described(`${CLUSTER_CA}\n${server.caPem}`));
    expect(server.received).toHaveLength(1);
    connection.close();
  });

  it.each<readonly [string, Says]>([
    ["of the ServiceAccount", { ofServiceAccount: {} }],
    ["of the namespace's default one", { ofDefault: {} }],
    ["where discovery says the same", { discovery: ISSUER, ofServiceAccount: {} }],
    ["by a clock that is four minutes late", { ofServiceAccount: { exp: -240 } }],
  ])("by a token that the issuer's published keys verify: %s", async (_how, said) => {
    says = said;
    const connection = await prove(described(CLUSTER_CA));
    expect(connection.server).toBe(server.url);
    connection.close();
  });
});

describe("a token proves it with whatever key issuers sign by", () => {
  it.each(["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])("%s", async (alg) => {
    const other = await newSigner("k2", alg);
    says = { ofServiceAccount: {}, signer: other };
    const connection = await prove(described(CLUSTER_CA), server.caPem, {}, async () => other.keys);
    expect(connection.server).toBe(server.url);
    connection.close();
  });

  it("but not by one of which nobody says that it is used", async () => {
    const other = await newSigner("k2", "PS256");
    says = { ofServiceAccount: {}, signer: other };
    const proving = prove(described(CLUSTER_CA), server.caPem, {}, async () => other.keys);
    expect(await stopOf(proving)).toMatchObject({ code: "wrong-cluster" });
  });
});

describe("a tunnel", () => {
  const HOST = "5d1c.gr7.ap-northeast-2.eks.amazonaws.com";
  let authority: Awaited<ReturnType<typeof createCertificateAuthority>>;
  beforeAll(async () => void (authority = await createCertificateAuthority("kubernetes")));

  async function through(hosts: readonly string[], tlsServerName: string) {
    await server.stop();
    server = await startApiServer(async (request) => answerTo(request), {
      authority,
      certificate: await issueServerCertificate(authority, hosts),
    });
    const config = accessTo(server.url, server.caPem, { tlsServerName });
    return provedConnection(
      config,
      described(authority.certificatePem, `https://${HOST}`),
      SERVICE_ACCOUNT,
      readKeys,
    );
  }

  it("is proved by the name that its kubeconfig expects (tls-server-name)", async () => {
    const connection = await through([HOST, "kubernetes.default.svc"], HOST);
    connection.close();
    const byInnerName = await through([HOST, "kubernetes.default.svc"], "kubernetes.default.svc");
    byInnerName.close();
  });

  it("to another server of the cluster's authority, as a node, proves nothing", async () => {
    const node = "ip-10-0-0-1.ec2.internal";
    expect(await stopOf(through([node], node))).toMatchObject({ code: "unproved-cluster" });
  });
});

describe("a context is refused", () => {
  it.each<readonly [string, Says]>([
    ["discovery names another issuer", { discovery: OLD_ISSUER }],
    [
      "discovery names another issuer, whatever its tokens say",
      { discovery: OLD_ISSUER, ofServiceAccount: {} },
    ],
    ["the ServiceAccount's token is another issuer's", { ofServiceAccount: { iss: OLD_ISSUER } }],
  ])("as another cluster where %s", async (_what, said) => {
    says = said;
    const stop = await stopOf(prove(described(CLUSTER_CA)));
    expect(stop).toMatchObject({ kind: "refused", code: "wrong-cluster" });
    for (const part of [ISSUER, OLD_ISSUER, "--context"]) expect(textOf(stop)).toContain(part);
  });

  it.each<readonly [string, () => Says]>([
    ["is signed by another key", () => ({ ofServiceAccount: {}, signer: stranger })],
    [
      "is for other audiences than was asked for",
      () => ({ ofServiceAccount: { aud: ["sts.amazonaws.com"] } }),
    ],
    [
      "is of another ServiceAccount",
      () => ({ ofServiceAccount: { sub: "system:serviceaccount:evil:cart" } }),
    ],
    ["has expired", () => ({ ofServiceAccount: { exp: -3600 } })],
    ["never expires", () => ({ ofServiceAccount: { exp: "none" } })],
    ["is not signed at all", () => ({ ofServiceAccount: {}, token: unsigned() })],
    ["is no token", () => ({ ofServiceAccount: {}, token: "x" })],
  ])("as another cluster where its token %s", async (_what, said) => {
    says = { discovery: ISSUER, ...said() };
    expect(await stopOf(prove(described(CLUSTER_CA)))).toMatchObject({
      kind: "refused",
      code: "wrong-cluster",
    });
  });

  it("as unproved where nothing can be known: discovery alone proves nothing", async () => {
    says = { discovery: ISSUER };
    const stop = await stopOf(prove(described(CLUSTER_CA)));
    expect(stop).toMatchObject({ kind: "refused", code: "unproved-cluster" });
    expect(textOf(stop)).toContain("create serviceaccounts/token for shop/cart");
  });

  const ASKED = ["requested", `eks-work-cluster     issuer ${ISSUER}`];
  const ADVICE =
    "Omit --kubeconfig and --context to connect to the endpoint from EKS, or choose the right context";

  it.each<readonly [string, () => Says, () => readonly unknown[]]>([
    [
      "another issuer's",
      () => ({ discovery: OLD_ISSUER }),
      () => [["context", `ctx     issuer ${OLD_ISSUER}`]],
    ],
    [
      "without an issuer",
      () => ({ ofServiceAccount: {}, token: "x" }),
      () => [["context", "ctx     issuer none: its token is not a JSON Web Token"]],
    ],
    [
      "with a token that somebody else signed",
      () => ({ ofServiceAccount: {}, signer: stranger }),
      () => [
        ["context", `ctx     ${server.url}`],
        [
          "its token",
          "is not signed by the issuer's published keys, or does not match the request: signature verification failed",
        ],
      ],
    ],
  ])("with what was asked for and what is there: one %s", async (_what, said, facts) => {
    says = said();
    const stop = await stopOf(prove(described(CLUSTER_CA)));
    expect(stop.message).toBe("this kubeconfig context is a different cluster");
    expect(stop.detail).toEqual({ facts: [ASKED, ...facts()], advice: ADVICE });
  });

  it("with why nothing proves it", async () => {
    const stop = await stopOf(prove(described(CLUSTER_CA)));
    expect(stop.message).toBe("this kubeconfig context can't be verified to be the cluster");
    expect(stop.detail).toEqual({
      facts: [
        ["requested", `eks-work-cluster     ${server.url}`],
        ["context", `ctx     ${server.url}`],
        ["certificate", "not signed by the cluster's certificate authority in EKS"],
        ["token", expect.stringContaining("OIDC discovery document")],
        ["token", expect.stringContaining("shop/cart")],
        ["token", expect.stringContaining("shop/default")],
      ],
      advice: "Omit --kubeconfig and --context to connect to the endpoint from EKS",
    });
    const { endpoint: _, ...unreached } = described(CLUSTER_CA);
    expect((await stopOf(prove(unreached))).detail.facts?.[0]).toEqual([
      "requested",
      "eks-work-cluster     ",
    ]);
  });

  it.each(["/version", "/.well-known/openid-configuration"])(
    "as unreachable, not as another, where it hangs up on %s",
    async (silentOn) => {
      says = { silentOn, ofServiceAccount: {} };
      const caPem = silentOn === "/version" ? server.caPem : CLUSTER_CA;
      expect(await stopOf(prove(described(caPem)))).toMatchObject({ code: "unreachable" });
    },
  );

  it("as asked wrongly where reading the keys says so", async () => {
    says = { discovery: ISSUER, ofServiceAccount: {} };
    const wrong = async () => {
      throw new Failure("input", "proxy", "HTTPS_PROXY is not a valid URL");
    };
    expect(await stopOf(prove(described(CLUSTER_CA), server.caPem, {}, wrong))).toMatchObject({
      kind: "input",
      code: "proxy",
    });
  });

  it("as unproved where the issuer can't be reached", async () => {
    says = { discovery: ISSUER, ofServiceAccount: {} };
    const stop = await stopOf(prove(described(CLUSTER_CA), server.caPem, {}, outOfReach));
    expect(stop.code).toBe("unproved-cluster");
    expect(textOf(stop)).toContain("no route to host");
  });

  it("where its server's certificate is of nobody that is trusted, before anything is sent", async () => {
    says = { discovery: ISSUER, ofServiceAccount: {} };
    expect(await stopOf(prove(described(CLUSTER_CA), CLUSTER_CA))).toMatchObject({ code: "tls" });
    expect(server.received).toEqual([]);
  });

  it("where EKS does not name an authority", async () => {
    const { caPem: _, ...cluster } = aCluster();
    expect((await stopOf(prove(cluster))).code).toBe("unproved-cluster");
  });
});

function unsigned(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ iss: ISSUER, exp: 9_999_999_999 })}.`;
}

it("a server that can't be reached is said to be so, not unproved", async () => {
  const { url, caPem } = server;
  await server.stop();
  const proving = provedConnection(accessTo(url, caPem), described(caPem), SERVICE_ACCOUNT, readKeys);
  expect(await stopOf(proving)).toMatchObject({ code: "unreachable" });
  server = await startApiServer(() => FORBIDDEN);
});

it("asks for nothing that would be kept: reads, and tokens of ten minutes for an audience of its own", async () => {
  await stopOf(prove(described(CLUSTER_CA)));
  await stopOf(prove(described(CLUSTER_CA)));
  const audiences = server.received.flatMap(({ body }) =>
    body === undefined ? [] : (body as { spec: { audiences: string[] } }).spec.audiences,
  );
  for (const { method, url, body } of server.received) {
    const token = { spec: { expirationSeconds: 600 } };
    expect({ method, body }).toMatchObject(method === "GET" ? {} : { method: "POST", body: token });
    expect(url).toMatch(/^\/version$|openid-configuration$|\/serviceaccounts\/(cart|default)\/token$/);
  }
  for (const audience of audiences) expect(audience).toMatch(/^irsa-proof-[0-9a-f]{32}$/);
  // One for each run, so that no token of another run will do.
  expect(new Set(audiences).size).toBe(2);
});
