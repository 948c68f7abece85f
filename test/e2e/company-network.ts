import { X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, request as requestTls } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext, TLSSocket, type SecureContext } from "node:tls";
import { startSandbox, type Sandbox } from "irsa-sandbox";
import {
  createCertificateAuthority,
  ISSUERS_PATH,
  issueServerCertificate,
  newSessionKey,
  sessionPrincipal,
  uniqueId,
  type CertificateWithKey,
} from "irsa-sandbox/parts";
import { startConnectProxy, type ConnectProxy } from "../worlds/connect-proxy.ts";
import { cleanEnvironment } from "../worlds/environment.ts";
import { requireClusterArn } from "../worlds/sandbox-world.ts";
import { startSocksProxy } from "../worlds/socks-proxy.ts";

/** A host at which the cluster is reached in another way than EKS describes; every other is AWS. */
export const CLUSTER_HOSTS = {
  /** The address of an IPv6-only cluster. */
  ipv6: "[fd00:ec2::10]",
  /** Accepts whoever has the network's client certificate. */
  certificate: "certificates.corp.invalid",
  /** Passes tokens on. */
  token: "cluster.corp.invalid",
} as const;

/** A company's network: no names are resolved, and only its proxies lead out, which open TLS with the company's authority. */
export interface CompanyNetwork {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly proxy: ConnectProxy;
  readonly socks: ConnectProxy;
  readonly authority: CertificateWithKey;
  /** The file with the company's authority. */
  readonly caFile: string;
  readonly client: CertificateWithKey;
  /** Of an administrator of the cluster's account; nothing in it leads to the emulation but the proxy. */
  readonly environmentOf: (region: string) => Record<string, string>;
  readonly stop: () => Promise<void>;
}

/** The cluster's name in every region. */
export const CLUSTER = "work";

/**
 * Starts the network, with a cluster and an account for each region.
 * @param hosts by which AWS may be called
 */
export async function startCompanyNetwork(
  regions: Readonly<Record<string, string>>,
  hosts: readonly string[],
): Promise<CompanyNetwork> {
  const folder = await mkdtemp(join(tmpdir(), "irsa-network-"));
  const arns = Object.entries(regions).map(([region, partition], at) =>
    requireClusterArn(`arn:${partition}:eks:${region}:${111122223333 + at}:cluster/${CLUSTER}`),
  );
  const sandbox = await startSandbox({ clusters: arns, hosts });
  const authority = await createCertificateAuthority("company");
  const caFile = join(folder, "company-ca.pem");
  await writeFile(caFile, authority.certificatePem);
  const client = await issueServerCertificate(authority, ["client"]);
  const front = await startFront(sandbox, authority, client);
  const resolve = (target: string) => {
    if (target.startsWith("127.0.0.1")) return target;
    return target.endsWith(":443") ? `127.0.0.1:${front.port}` : new URL(sandbox.aws.url).host;
  };
  const proxy = await startConnectProxy(resolve);
  const socks = await startSocksProxy(resolve, { name: "me", password: "p@ss:word" });
  return {
    sandbox,
    folder,
    proxy,
    socks,
    authority,
    caFile,
    client,
    environmentOf(region) {
      const { awsAccount = "" } = sandbox.clusters.find((one) => one.region === region) ?? {};
      const { accessKeyId = "", secretAccessKey = "" } = sandbox.keys.get(awsAccount) ?? {};
      const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
      const network = { HTTPS_PROXY: proxy.url, AWS_CA_BUNDLE: caFile };
      return { ...cleanEnvironment(folder), AWS_REGION: region, ...keys, ...network };
    },
    async stop() {
      await Promise.all([proxy.stop(), socks.stop(), front.stop(), sandbox.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the proxies lead to: it has a certificate for every name, as a proxy that opens TLS. */
async function startFront(sandbox: Sandbox, authority: CertificateWithKey, client: CertificateWithKey) {
  const issue = async (name: string) => {
    const { certificatePem: cert, keyPem: key } = await issueServerCertificate(authority, [name]);
    return { cert, key };
  };
  type Found = (error: Error | null, context?: SecureContext) => void;
  const forName = async (name: string, found: Found): Promise<void> =>
    found(null, createSecureContext(await issue(name)));
  const SNICallback = (name: string, found: Found): void => void forName(name, found);
  // Addresses are called without a name.
  const own = await issue(CLUSTER_HOSTS.ipv6.slice(1, -1));
  const options = { ...own, SNICallback, requestCert: true, rejectUnauthorized: false };
  const server = createServer(options, (incoming, answer) => passOn(sandbox, client, incoming, answer));
  await new Promise<void>((ready) => void server.listen(0, "127.0.0.1", ready));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function passOn(
  sandbox: Sandbox,
  client: CertificateWithKey,
  incoming: IncomingMessage,
  answer: ServerResponse,
): void {
  const { method = "GET", headers, url = "/" } = incoming;
  const host = headers.host ?? "";
  const [cluster] = sandbox.clusters;
  if (cluster === undefined) throw new Error("the sandbox has no cluster");
  const reply = (from: IncomingMessage) => {
    answer.writeHead(from.statusCode ?? 502, from.headers);
    from.pipe(answer);
  };
  // As when all ends before everyone has had an answer.
  const lost = () => answer.destroy();
  if (host.startsWith("portal.sso.")) return void answer.end(ssoAnswer(sandbox));
  const isCluster = Object.values<string>(CLUSTER_HOSTS).includes(host);
  if (!isCluster) {
    const path = host.startsWith("oidc.") ? `${ISSUERS_PATH}/${host}${url}` : url;
    const target = new URL(sandbox.aws.url);
    const own = host.startsWith("oidc.") ? { ...headers, host: target.host } : headers;
    incoming.pipe(request({ ...addressOf(target), method, path, headers: own }, reply).on("error", lost));
    return;
  }
  const mine = new X509Certificate(client.certificatePem).fingerprint256;
  const isKnown =
    incoming.socket instanceof TLSSocket && incoming.socket.getPeerCertificate().fingerprint256 === mine;
  const admin = { authorization: `Bearer ${cluster.tokenFor()}` };
  const own = host === CLUSTER_HOSTS.certificate && isKnown ? { ...headers, ...admin } : headers;
  const target = { ...addressOf(new URL(cluster.endpoint)), ca: cluster.caPem, servername: "localhost" };
  incoming.pipe(requestTls({ ...target, method, path: url, headers: own }, reply).on("error", lost));
}

function addressOf({ hostname, port }: URL) {
  return { hostname, port };
}

/** Source: IAM Identity Center Portal API, GetRoleCredentials. */
function ssoAnswer({ aws, clusters: [cluster] }: Sandbox): string {
  const role = { arn: `arn:aws:iam::${cluster?.awsAccount}:role/admin`, roleId: uniqueId("AROA") };
  const key = newSessionKey(sessionPrincipal(role, "sso"), 3600, Date.now());
  aws.store.add(key);
  const { accessKeyId, secretAccessKey, sessionToken, expires: expiration } = key;
  return JSON.stringify({ roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration } });
}
