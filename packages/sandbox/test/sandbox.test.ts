import { DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { CreateRoleCommand, GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { request, type RequestOptions } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clusterRef, parseClusterArn, type ClusterArn } from "../../../src/model/arn.ts";
import type { SandboxCluster } from "../src/cluster-in-aws.ts";
import { kubeconfig } from "../src/kubeconfig.ts";
import { startSandbox, type Sandbox, type SandboxOptions } from "../src/sandbox.ts";
import { trustIn } from "./aws/use-emulation.ts";

const ONE = arn("arn:aws:eks:eu-west-1:111122223333:cluster/one");
const TWO = arn("arn:aws:eks:us-east-1:444455556666:cluster/two");

let dir: string;
const ends: (() => Promise<void> | void)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "irsa-test-"));
  ends.push(() => rm(dir, { recursive: true }));
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

function arn(text: string): ClusterArn {
  const parsed = parseClusterArn(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

async function sandboxWith(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ clusters: [ONE], ...options });
  ends.push(sandbox.stop);
  return sandbox;
}

/** Clients of the account's administrator. */
function clientsOf(sandbox: Sandbox, cluster: ClusterArn) {
  const { awsAccount, region } = clusterRef(cluster);
  const credentials = sandbox.keys.get(awsAccount);
  if (credentials === undefined) throw new Error(`no ServiceAccount ${awsAccount}`);
  const options = { endpoint: sandbox.aws.url, region, credentials, maxAttempts: 1 };
  const clients = { iam: new IAMClient(options), sts: new STSClient(options), eks: new EKSClient(options) };
  ends.push(() => Object.values(clients).forEach((client) => client.destroy()));
  return clients;
}

function core(cluster: SandboxCluster, token = cluster.tokenFor()): CoreV1Api {
  const config = new KubeConfig();
  const { endpoint: server, caPem } = cluster;
  config.loadFromString(kubeconfig([{ name: "test", server, caPem, token }]));
  return config.makeApiClient(CoreV1Api);
}

function clusterOf(sandbox: Sandbox, which: ClusterArn): SandboxCluster {
  const found = sandbox.clusters.find((cluster) => cluster.arn === which);
  if (found === undefined) throw new Error(`no cluster ${which}`);
  return found;
}

async function tokenOf(cluster: SandboxCluster): Promise<string> {
  const answer = await core(cluster).createNamespacedServiceAccountToken({
    namespace: "default",
    name: "default",
    body: { spec: { audiences: ["sts.amazonaws.com"] } },
  });
  return answer.status?.token ?? "";
}

describe("several AWS accounts, regions and clusters", () => {
  test("each cluster is described in its own AWS account and region alone", async () => {
    const sandbox = await sandboxWith({ clusters: [ONE, TWO] });
    for (const which of [ONE, TWO]) {
      const { eks, sts } = clientsOf(sandbox, which);
      const { awsAccount, name } = clusterRef(which);
      expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(awsAccount);
      const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
      const { endpoint, issuer } = clusterOf(sandbox, which);
      expect(cluster).toMatchObject({ arn: which, endpoint, identity: { oidc: { issuer } } });
    }
    const { eks } = clientsOf(sandbox, ONE);
    await expect(eks.send(new DescribeClusterCommand({ name: "two" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test("no cluster takes the tokens or the authority of another", async () => {
    const sandbox = await sandboxWith({ clusters: [ONE, TWO] });
    const [one, two] = [clusterOf(sandbox, ONE), clusterOf(sandbox, TWO)];
    await expect(core(two, one.tokenFor()).listNamespace()).rejects.toMatchObject({ code: 401 });
    expect(one.issuer).not.toBe(two.issuer);
    await expect(core({ ...two, caPem: one.caPem }).listNamespace()).rejects.toThrow(/certificate/);
  });

  test("a region of another partition has that partition's names", async () => {
    const china = arn("arn:aws-cn:eks:cn-north-1:111122223333:cluster/one");
    const sandbox = await sandboxWith({ clusters: [china] });
    const { Arn } = await clientsOf(sandbox, china).sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe("arn:aws-cn:iam::111122223333:user/admin");
    expect(clusterOf(sandbox, china).issuer).toMatch(
      /^https:\/\/oidc\.eks\.cn-north-1\.amazonaws\.com\.cn\/id\/[0-9A-F]{32}$/,
    );
  });
});

describe("a folder", () => {
  test("brings all back at the next start: keys, issuers, ports, objects, roles; tokens stay valid", async () => {
    const first = await sandboxWith({ dir });
    const before = clusterOf(first, ONE);
    const token = await tokenOf(before);
    await clientsOf(first, ONE).iam.send(
      new CreateRoleCommand({ RoleName: "kept", AssumeRolePolicyDocument: trustIn("111122223333") }),
    );
    await core(before).createNamespace({ body: { metadata: { name: "kept" } } });
    const userToken = before.tokenFor("vera", ["viewers"]);
    await first.stop();

    const second = await sandboxWith({ dir, clusters: [TWO] });
    expect(second.clusters.map((cluster) => cluster.arn)).toEqual([TWO, ONE]);
    const after = clusterOf(second, ONE);
    const { endpoint, issuer, caPem } = before;
    expect({ ...after, url: second.aws.url }).toMatchObject({ endpoint, issuer, caPem, url: first.aws.url });
    expect(second.keys.get("111122223333")).toEqual(first.keys.get("111122223333"));
    expect(await after.jwks()).toEqual(await before.jwks());
    expect(after.tokenFor("vera", ["viewers"])).toBe(userToken);
    const { iam, sts } = clientsOf(second, ONE);
    await iam.send(new GetRoleCommand({ RoleName: "kept" }));
    expect((await core(after).readNamespace({ name: "kept" })).metadata?.name).toBe("kept");
    // STS knows the token from before: it is the provider that is missing, not the key.
    const exchange = new AssumeRoleWithWebIdentityCommand({
      RoleArn: "arn:aws:iam::111122223333:role/kept",
      RoleSessionName: "test",
      WebIdentityToken: token,
    });
    await expect(sts.send(exchange)).rejects.toMatchObject({
      message: expect.stringContaining("No OpenIDConnect provider found") as string,
    });
  });

  test("a port that is taken by then is replaced, and the cluster is described where it now is", async () => {
    const first = await sandboxWith({ dir });
    const { endpoint } = clusterOf(first, ONE);
    await first.stop();
    // What somebody else has taken meanwhile is taken, too.
    for (const url of [endpoint, first.aws.url])
      await occupy(Number(new URL(url).port)).catch(() => undefined);
    const second = await sandboxWith({ dir });
    const now = clusterOf(second, ONE).endpoint;
    expect(now).not.toBe(endpoint);
    expect(second.aws.url).not.toBe(first.aws.url);
    const { cluster } = await clientsOf(second, ONE).eks.send(new DescribeClusterCommand({ name: "one" }));
    expect(cluster?.endpoint).toBe(now);
  });

  test("belongs to one running process at a time; one that is gone has lost it", async () => {
    const other = spawn(process.execPath, ["-e", "setTimeout(() => {}, 600_000)"]);
    const gone = once(other, "exit");
    ends.push(() => void other.kill());
    await writeFile(join(dir, "sandbox.json"), JSON.stringify({ pid: other.pid }));
    await expect(startSandbox({ clusters: [ONE], dir })).rejects.toMatchObject({ code: "sandbox-in-use" });
    other.kill();
    await gone;
    await sandboxWith({ dir });
  });

  test("is readable by its owner alone, and has no half-written file", async () => {
    const sandbox = await sandboxWith({ dir: join(dir, "deep", "er") });
    await sandbox.stop();
    const files = await readdir(sandbox.folder);
    expect(files.toSorted()).toEqual([
      "arn.aws.eks.eu-west-1.111122223333.cluster.one.json",
      "aws.json",
      "control-token",
      "sandbox.json",
    ]);
    for (const file of files) expect((await stat(join(sandbox.folder, file))).mode & 0o077).toBe(0);
  });
});

describe("a cluster's calls", () => {
  const serviceAccount = { namespace: "default", body: { metadata: { name: "reader" } } };

  test("are recorded beside AWS's, as RBAC names them", async () => {
    const sandbox = await sandboxWith();
    const api = core(clusterOf(sandbox, ONE));
    await api.createNamespacedServiceAccount({ ...serviceAccount, dryRun: "All" });
    await api.createNamespacedServiceAccount(serviceAccount);
    await tokenOf(clusterOf(sandbox, ONE));
    await expect(api.readNamespace({ name: "none" })).rejects.toMatchObject({ code: 404 });
    const calls = sandbox.aws.recorder.calls().map(({ service, action, write, status }) => {
      return `${service}:${action} ${status}${write ? " write" : ""}`;
    });
    expect(calls).toEqual([
      "kubernetes:create serviceaccounts 201",
      "kubernetes:create serviceaccounts 201 write",
      "kubernetes:create serviceaccounts/token 201",
      "kubernetes:get namespaces 404",
    ]);
  });

  test.each([
    ["before", 503, "ServiceUnavailable", ["default"]],
    ["after", 500, "InternalError", ["default", "reader"]],
    ["after", "reset", undefined, ["default", "reader"]],
  ] as const)("fail %s their effect, with %s, as a rule says", async (when, status, code, left) => {
    const sandbox = await sandboxWith();
    const api = core(clusterOf(sandbox, ONE));
    sandbox.aws.faults.fail({
      action: "kubernetes:create serviceaccounts",
      when,
      status,
      ...(code && { code }),
    });
    const failing = api.createNamespacedServiceAccount(serviceAccount);
    await expect(failing).rejects.toMatchObject(status === "reset" ? {} : { code: status });
    const { items } = await api.listNamespacedServiceAccount({ namespace: "default" });
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(left);
  });
});

describe("starting and stopping", () => {
  test("stop leaves neither listener nor folder", async () => {
    const sandbox = await sandboxWith();
    const { endpoint } = clusterOf(sandbox, ONE);
    await access(sandbox.folder);
    await sandbox.stop();
    await expect(access(sandbox.folder)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(fetch(sandbox.aws.url)).rejects.toThrow("fetch failed");
    await expect(fetch(endpoint)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  });

  test("a port that is asked for and taken is a failure, and nothing is left", async () => {
    const port = await occupy(0);
    await expect(startSandbox({ clusters: [ONE], port, dir })).rejects.toMatchObject({ code: "port-taken" });
    // The folder is free again.
    await sandboxWith({ dir });
  });
});

describe("whoever is not meant", () => {
  test.each([
    ["a name of someone else that leads here", { host: "evil.example" }],
    ["a web page", { origin: "https://evil.example" }],
  ])("%s is turned away", async (_, headers) => {
    const sandbox = await sandboxWith();
    const { hostname, port } = new URL(sandbox.aws.url);
    const ours = { authorization: `Bearer ${sandbox.aws.controlToken}` };
    const status = await get({ hostname, port, path: "/_irsa/calls", headers: { ...ours, ...headers } });
    expect(status).toBe(421);
    expect(await get({ hostname, port, path: "/_irsa/calls", headers: ours })).toBe(200);
  });

  test("everything listens on loopback alone", async () => {
    const sandbox = await sandboxWith({ clusters: [ONE, TWO] });
    const urls = [sandbox.aws.url, ...sandbox.clusters.map(({ endpoint }) => endpoint)];
    expect(urls.map((url) => new URL(url).hostname)).toEqual(urls.map(() => "127.0.0.1"));
  });
});

async function occupy(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready, fail) => server.once("error", fail).listen(port, "127.0.0.1", ready));
  ends.push(() => new Promise((closed) => server.close(() => closed())));
  return (server.address() as AddressInfo).port;
}

function get(options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(options, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on("error", reject)
      .end();
  });
}
