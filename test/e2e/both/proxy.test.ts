import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { createCertificateAuthority, issueServerCertificate } from "irsa-sandbox/parts";
import { startConnectProxy, type ConnectProxy } from "../../worlds/connect-proxy.ts";
import { startWorld } from "../../worlds/start.ts";
import { AWS_NAME, CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { createSa, S3_READ, STORY } from "../commands.ts";
import { irsa } from "../irsa.ts";

/** Names that only the proxy can resolve: whoever reaches them has gone through it. */
const AWS_HOST = AWS_NAME;
const CLUSTER_HOST = "cluster.corp.invalid";

let world: World;
let proxy: ConnectProxy;
let tls: Server;
let caFile: string;
let seen = 0;

beforeAll(async () => {
  world = await startWorld();
  const home = world.environmentOf("admin")["HOME"] ?? "";
  const authority = await createCertificateAuthority("company");
  const certificate = await issueServerCertificate(authority, [AWS_HOST]);
  caFile = join(home, "company-ca.pem");
  await writeFile(caFile, authority.certificatePem);
  tls = createServer({ cert: certificate.certificatePem, key: certificate.keyPem }, (incoming, answer) => {
    const { hostname, port } = new URL(world.aws.url);
    const { method, headers, url: path } = incoming;
    incoming.pipe(
      request({ hostname, port, path, method, headers }, (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      }).on("error", () => answer.destroy()),
    );
  });
  await new Promise<void>((ready) => tls.listen(0, "127.0.0.1", ready));
  const awsPort = (tls.address() as AddressInfo).port;
  const clusterPort = new URL(world.cluster.endpoint).port;
  proxy = await startConnectProxy((target) =>
    target.startsWith(AWS_HOST)
      ? `127.0.0.1:${awsPort}`
      : target.startsWith(CLUSTER_HOST)
        ? `127.0.0.1:${clusterPort}`
        : target,
  );
  expect(await irsa(STORY.associate, world.environmentOf("admin"))).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await proxy?.stop();
  tls?.closeAllConnections();
  tls?.close();
  await world?.stop();
});
beforeEach(() => void (seen = proxy.targets().length));

const targets = () =>
  proxy
    .targets()
    .slice(seen)
    .map((target) => target.split(":")[0]);
const environment = (more: Readonly<Record<string, string>>) => ({
  ...world.environmentOf("admin"),
  ...more,
});
const plan = createSa("default/reader", "--policy-arn", S3_READ);

describe("HTTPS_PROXY", () => {
  test("is used for AWS by name, with the company's CA from AWS_CA_BUNDLE", async () => {
    const throughProxy = {
      HTTPS_PROXY: proxy.url,
      NO_PROXY: "127.0.0.1",
      AWS_ENDPOINT_URL: `https://${AWS_HOST}`,
      AWS_CA_BUNDLE: caFile,
    };
    // The cluster's authenticator knows STS by its own address alone.
    const run = await irsa(["associate-oidc", "--cluster", CLUSTER_NAME], environment(throughProxy));
    expect(run).toMatchObject({ code: 0 });
    expect(new Set(targets())).toEqual(new Set([AWS_HOST]));
  });

  test("is used for AWS with the company's CA from NODE_EXTRA_CA_CERTS", async () => {
    const throughProxy = {
      HTTPS_PROXY: proxy.url,
      AWS_ENDPOINT_URL: `https://${AWS_HOST}`,
      NODE_EXTRA_CA_CERTS: caFile,
    };
    expect(
      await irsa(["associate-oidc", "--cluster", CLUSTER_NAME], environment(throughProxy)),
    ).toMatchObject({ code: 0 });
    expect(targets()).toContain(AWS_HOST);
  });

  test("a certificate that nobody vouches for is refused", async () => {
    const throughProxy = { HTTPS_PROXY: proxy.url, AWS_ENDPOINT_URL: `https://${AWS_HOST}` };
    const refused = await irsa(["associate-oidc", "--cluster", CLUSTER_NAME], environment(throughProxy));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("the certificate can't be verified");
  });

  test("is used for the cluster, as EKS describes it", async () => {
    const run = await irsa(plan, environment({ HTTPS_PROXY: proxy.url }));
    expect(run).toMatchObject({ code: 0 });
    expect(proxy.targets().slice(seen)).toContain(new URL(world.cluster.endpoint).host);
  });

  test("is not used for hosts that NO_PROXY names", async () => {
    const run = await irsa(
      plan,
      environment({ HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, NO_PROXY: "127.0.0.1" }),
    );
    expect(run).toMatchObject({ code: 0 });
    expect(targets()).toEqual([]);
  });

  test("HTTP_PROXY is used for endpoints without TLS", async () => {
    const { hostname, port } = new URL(world.aws.url);
    const run = await irsa(
      ["associate-oidc", "--cluster", CLUSTER_NAME],
      environment({ HTTP_PROXY: proxy.url }),
    );
    expect(run).toMatchObject({ code: 0 });
    expect(proxy.targets().slice(seen)).toContain(`${hostname}:${port}`);
  });
});

describe("a kubeconfig's proxy-url", () => {
  test("is used for the cluster alone", async () => {
    interface Config {
      clusters: { cluster: Record<string, unknown> }[];
    }
    const config = parse(await readFile(world.adminKubeconfig, "utf8")) as Config;
    for (const { cluster } of config.clusters) {
      cluster["proxy-url"] = proxy.url;
      cluster["server"] = `https://${CLUSTER_HOST}`;
      cluster["tls-server-name"] = "localhost";
    }
    const file = join(world.environmentOf("admin")["HOME"] ?? "", "proxied");
    await writeFile(file, stringify(config));
    expect(await irsa([...plan, "--kubeconfig", file], environment({}))).toMatchObject({ code: 0 });
    expect(new Set(targets())).toEqual(new Set([CLUSTER_HOST]));
  });
});
