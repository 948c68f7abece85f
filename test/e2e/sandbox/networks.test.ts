import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { ENDPOINTS, REGION } from "../aws-endpoints.ts";
import { CLUSTER, CLUSTER_HOSTS, startCompanyNetwork, type CompanyNetwork } from "../company-network.ts";
import { irsa } from "../irsa.ts";

const HTTP_HOST = "aws.corp.invalid";

let network: CompanyNetwork;

beforeAll(async () => {
  const regions = ENDPOINTS.map(([partition, region]) => [region, region === REGION ? "aws" : partition]);
  const hosts = ENDPOINTS.flatMap(([, , , own]) => own);
  network = await startCompanyNetwork(Object.fromEntries(regions), [...new Set(hosts), HTTP_HOST]);
});
afterAll(() => network?.stop());

let seen = { proxy: 0, socks: 0 };
beforeEach(() => {
  seen = { proxy: network.proxy.targets().length, socks: network.socks.targets().length };
});

/** The hosts that a proxy was asked for in this test, with ports other than 443. */
function targets(kind: "proxy" | "socks" = "proxy"): ReadonlySet<string> {
  const all = network[kind].targets().slice(seen[kind]);
  return new Set(all.map((target) => target.replace(/:443$/, "")));
}

const associate = ["associate-oidc", "--cluster", CLUSTER, "--approve"];
const createSa = (name: string, partition = "aws") => {
  const flags = `--cluster ${CLUSTER} --associate-oidc --approve`;
  const policy = `arn:${partition}:iam::aws:policy/AmazonS3ReadOnlyAccess`;
  return ["create-sa", `default/${name}`, ...flags.split(" "), "--policy-arn", policy];
};
const clusterHost = (region: string) => {
  const { endpoint = "" } = network.sandbox.clusters.find((one) => one.region === region) ?? {};
  return new URL(endpoint).host;
};

describe("through a proxy that opens TLS, the whole job with the endpoints of", () => {
  test.each(ENDPOINTS)("%s in %s", async (what, region, more, hosts) => {
    const environment = { ...network.environmentOf(region), ...more };
    expect(await irsa(associate, environment)).toMatchObject({ code: 0 });
    const partition = region === REGION ? "aws" : what;
    const created = await irsa(createSa(what.toLowerCase().replace(" ", "-"), partition), environment);
    expect(created, created.stderr).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Ready.") as string,
    });
    expect(targets()).toEqual(new Set([...hosts, clusterHost(region)]));
  });
});

describe("through a SOCKS proxy with a password", () => {
  const environment = () => ({ ...network.environmentOf(REGION), HTTPS_PROXY: network.socks.url });

  test("AWS and the cluster are reached, whose names the proxy resolves", async () => {
    expect(await irsa(associate, environment())).toMatchObject({ code: 0 });
    const created = await irsa(createSa("socks"), environment());
    expect(created).toMatchObject({ code: 0, stdout: expect.stringContaining("Ready.") as string });
    const [, , , hosts] = ENDPOINTS[0] ?? [];
    expect(targets("socks")).toEqual(new Set([...(hosts ?? []), clusterHost(REGION)]));
    expect(targets()).toEqual(new Set());
  });

  test("so is an endpoint without TLS", async () => {
    const plain = { AWS_ENDPOINT_URL: `http://${HTTP_HOST}`, HTTP_PROXY: network.socks.url };
    expect(await irsa(associate, { ...environment(), ...plain })).toMatchObject({ code: 0 });
    expect(targets("socks")).toEqual(new Set([`${HTTP_HOST}:80`]));
  });

  test("the wrong password is an error of the proxy, which does not show it", async () => {
    const wrong = network.socks.url.replace("me:", "you:");
    const refused = await irsa(associate, { ...environment(), HTTPS_PROXY: wrong });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^error: the proxy 'socks5h:\/\/127\.0\.0\.1:\d+' can't be used: /);
    expect(refused.stderr).not.toMatch(/p%40ss|p@ss/);
  });
});

describe("a proxy is named, and AWS is not blamed, if", () => {
  async function saidOf(proxy: string): Promise<string> {
    const through = { HTTPS_PROXY: proxy.replace("//", "//me:secret-word@") };
    const { code, stderr } = await irsa(associate, { ...network.environmentOf(REGION), ...through });
    expect(code).toBe(1);
    expect(stderr).not.toContain("secret-word");
    expect(stderr.startsWith(`error: the proxy '${proxy}' can't be used: `)).toBe(true);
    return stderr;
  }

  test("nobody answers there", async () => {
    expect(await saidOf("http://127.0.0.1:1")).toContain("ECONNREFUSED");
  });

  test("it refuses", async () => {
    const proxy = createServer().on("connect", (_request, socket) =>
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
    );
    await new Promise<void>((ready) => void proxy.listen(0, "127.0.0.1", ready));
    try {
      const { port } = proxy.address() as AddressInfo;
      expect(await saidOf(`http://127.0.0.1:${port}`)).toContain("407 Proxy Authentication Required");
    } finally {
      proxy.close();
    }
  });
});

test("an IPv6-only cluster is reached at its address", async () => {
  const { sandbox, authority } = network;
  const cluster = sandbox.clusters.find(({ region }) => region === REGION);
  if (cluster === undefined) throw new Error("no cluster");
  const { awsAccount, region, name, endpoint, caPem } = cluster;
  const declare = (reached: { endpoint: string; caPem: string }) =>
    sandbox.aws.store.write(awsAccount, ({ clusters }) => {
      Object.assign(clusters[`${region}/${name}`] ?? {}, reached);
    });
  declare({ endpoint: `https://${CLUSTER_HOSTS.ipv6}`, caPem: authority.certificatePem });
  try {
    const created = await irsa(createSa("ipv6"), network.environmentOf(REGION));
    expect(created, created.stderr).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Ready.") as string,
    });
    expect(targets()).toContain(CLUSTER_HOSTS.ipv6);
  } finally {
    declare({ endpoint, caPem });
  }
});

describe("a kubeconfig, behind the proxy, with", () => {
  async function kubeconfig(host: string, user: object): Promise<string> {
    const authority = Buffer.from(network.authority.certificatePem).toString("base64");
    const file = join(network.folder, `${host}.yaml`);
    const content = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "c",
      clusters: [
        { name: "c", cluster: { server: `https://${host}`, "certificate-authority-data": authority } },
      ],
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      users: [{ name: "u", user }],
    };
    await writeFile(file, stringify(content));
    return file;
  }
  const base64 = (text: string) => Buffer.from(text).toString("base64");

  test("a client certificate", async () => {
    const user = {
      "client-certificate-data": base64(network.client.certificatePem),
      "client-key-data": base64(network.client.keyPem),
    };
    const file = await kubeconfig(CLUSTER_HOSTS.certificate, user);
    const run = await irsa([...createSa("mtls"), "--kubeconfig", file], network.environmentOf(REGION));
    expect(run, run.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining("Ready.") as string });
    expect(targets()).toContain(CLUSTER_HOSTS.certificate);
  });

  test("an exec plugin", async () => {
    const [cluster] = network.sandbox.clusters;
    const apiVersion = "client.authentication.k8s.io/v1";
    const credential = { apiVersion, kind: "ExecCredential", status: { token: cluster?.tokenFor() } };
    const script = `printf '%s' '${JSON.stringify(credential)}'`;
    const exec = { apiVersion, command: "sh", args: ["-c", script], interactiveMode: "Never" };
    const file = await kubeconfig(CLUSTER_HOSTS.token, { exec });
    const run = await irsa([...createSa("exec"), "--kubeconfig", file], network.environmentOf(REGION));
    expect(run, run.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining("Ready.") as string });
    expect(targets()).toContain(CLUSTER_HOSTS.token);
  });
});

test("credentials of an SSO session are fetched through the proxy", async () => {
  const session = createHash("sha1").update("company").digest("hex");
  const cache = join(network.folder, ".aws/sso/cache");
  await mkdir(cache, { recursive: true });
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const startUrl = "https://company.awsapps.com/start";
  const token = { startUrl, region: REGION, accessToken: "sso-token", expiresAt };
  await writeFile(join(cache, `${session}.json`), JSON.stringify(token));
  const config = [
    "[profile sso]",
    `region = ${REGION}`,
    "sso_session = company",
    "sso_account_id = 111122223333",
    "sso_role_name = admin",
    "[sso-session company]",
    `sso_region = ${REGION}`,
    `sso_start_url = ${startUrl}`,
    "",
  ].join("\n");
  const environment = network.environmentOf(REGION);
  await writeFile(environment["AWS_CONFIG_FILE"] ?? "", config);
  const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _key, ...without } = environment;
  const run = await irsa(associate, { ...without, AWS_PROFILE: "sso" });
  expect(run, run.stderr).toMatchObject({ code: 0 });
  expect(targets()).toContain(`portal.sso.${REGION}.amazonaws.com`);
});
