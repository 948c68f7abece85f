import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { stringify } from "yaml";
import { openSandbox } from "../../src/commands/sandbox/open-sandbox.ts";
import { eksSignOf } from "../../src/kubernetes/eks-context.ts";
import { currentEksCluster } from "../../src/kubernetes/current-cluster.ts";
import { requireVerifiedTls, throughProxy, trustingOnly } from "../../src/kubernetes/api-access.ts";
import { userAccess } from "../../src/kubernetes/kubeconfig.ts";
import type { Failure } from "../../src/model/failure.ts";
import { CLUSTER_CA, OLD_CA } from "../fakes/certificates.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { textOf } from "../fakes/walk.ts";
import { accessTo } from "./api-server.ts";

const ARN = "arn:aws:eks:eu-west-1:111122223333:cluster/work";
const SERVER = "https://5D1C.gr7.eu-west-1.eks.amazonaws.com";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-kubeconfig-"));
});
afterAll(async () => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** A kubeconfig file with one cluster, two users' contexts and this current one. */
async function kubeconfig(
  name: string,
  { cluster = ARN, exec = {}, current = "work" } = {},
): Promise<string> {
  const file = join(folder, name);
  const text = stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: cluster, cluster: { server: SERVER } }],
    users: [
      {
        name: "me",
        user: { exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: "aws", ...exec } },
      },
    ],
    contexts: ["work", "spare"].map((context) => ({ name: context, context: { cluster, user: "me" } })),
    "current-context": current,
  });
  await writeFile(file, text);
  return file;
}

function failureOf(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    return error as Failure;
  }
  throw new Error("the test expected a failure");
}

describe("the user's kubeconfig", () => {
  it("is read with its current context, or the one that is named", async () => {
    const file = await kubeconfig("usual");
    expect(userAccess(file, undefined).context).toBe("work");
    expect(userAccess(file, "spare").context).toBe("spare");
    vi.stubEnv("KUBECONFIG", file);
    expect(userAccess(undefined, "spare").context).toBe("spare");
  });

  it("stops with all contexts' names where the named one is not there", async () => {
    const file = await kubeconfig("no-such");
    const failure = failureOf(() => userAccess(file, "staging"));
    expect(failure).toMatchObject({ kind: "input", code: "no-context" });
    expect(textOf(failure)).toContain("--context 'staging'");
    expect(textOf(failure)).toContain("work, spare");
  });

  it("stops where it can't be read, or has no current context", async () => {
    const missing = failureOf(() => userAccess(join(folder, "missing"), undefined));
    expect(missing).toMatchObject({ kind: "input", code: "kubeconfig" });
    expect(missing.message).toContain(join(folder, "missing"));
    const none = await kubeconfig("none", { current: "" });
    expect(failureOf(() => userAccess(none, undefined))).toMatchObject({ code: "no-context" });
  });
});

describe("the EKS cluster of a context is told", () => {
  const get = ["eks", "get-token", "--cluster-name", "work"];
  it.each<readonly [string, object, object]>([
    ["by its ARN", { cluster: ARN }, { arn: ARN, name: "work", region: "eu-west-1" }],
    ["by eksctl's name", { cluster: "work.eu-west-1.eksctl.io" }, { name: "work", region: "eu-west-1" }],
    [
      "by the aws command",
      { cluster: "x", exec: { args: ["--region", "eu-west-1", ...get] } },
      { name: "work", region: "eu-west-1" },
    ],
    ["by the aws command without region", { cluster: "x", exec: { args: get } }, { name: "work" }],
    [
      "by aws-iam-authenticator",
      { cluster: "x", exec: { command: "aws-iam-authenticator", args: ["token", "-i", "work"] } },
      { name: "work" },
    ],
  ])("%s", async (how, given, found) => {
    const file = await kubeconfig(how.replaceAll(" ", "-"), given);
    expect(currentEksCluster(file)).toEqual({ cluster: { ...found, context: "work", server: SERVER } });
  });

  it.each<readonly [string, object]>([
    ["kind's", { cluster: "kind-kind" }],
    [
      "one with a token command of somebody else",
      { cluster: "gke", exec: { command: "gke", args: ["--x"] } },
    ],
    ["one that only looks like eksctl's", { cluster: "a.b.c.eksctl.io" }],
  ])("not of %s", async (name, given) => {
    const { cluster, why } = currentEksCluster(await kubeconfig(name.replaceAll(/\W/g, "-"), given));
    expect([cluster, why]).toEqual([undefined, expect.stringContaining("which EKS cluster")]);
  });

  it("not where there is no kubeconfig; but one that is named must be there", () => {
    vi.stubEnv("KUBECONFIG", "");
    vi.stubEnv("HOME", join(folder, "nobody"));
    expect(currentEksCluster().why).toContain(join(folder, "nobody", ".kube", "config"));
    expect(failureOf(() => currentEksCluster(join(folder, "missing"))).code).toBe("kubeconfig");
    expect(failureOf(() => currentEksCluster(undefined, "staging")).code).toBe("no-context");
  });
});

describe("of what a kubeconfig holds it is not shown", () => {
  const secret = "a-secret-0123456789";

  it.each([
    [["eks", "get-token", "--cluster-name", "work", "--x", secret]],
    [["exec", "work", `--password=${secret}`, "--", "aws", "eks", "get-token"]],
  ])("what arguments the plugin has that tells an EKS cluster: %j", async (args) => {
    const access = accessTo("https://127.0.0.1:1", CLUSTER_CA);
    const identity = { by: "kubeconfig", user: "me", how: "plugin", command: ["aws", ...args] } as const;
    expect(eksSignOf({ ...access, identity })).toBe("its credential plugin 'aws' gets tokens for EKS");
  });

  it("which password its server has, where that is not verified", () => {
    for (const server of [`http://me:${secret}@127.0.0.1:1`, `https://me:${secret}@127.0.0.1:1`]) {
      const access = accessTo(server, CLUSTER_CA, { skipTlsVerify: true });
      const text = textOf(failureOf(() => requireVerifiedTls(access)));
      expect(text).toContain("127.0.0.1:1");
      expect(text).not.toContain(secret);
    }
  });

  it("which password its server has, where a sandbox begins", async () => {
    const file = join(folder, "password");
    const config = {
      clusters: [{ name: "c", cluster: { server: SERVER.replace("//", `//me:${secret}@`) } }],
      users: [{ name: "me", user: { token: "abc" } }],
      contexts: [{ name: "work", context: { cluster: "c", user: "me" } }],
      "current-context": "work",
    };
    await writeFile(file, stringify(config));
    const { context, heard } = listeningContext();
    const real = { kubeconfig: file, writable: false };
    const opened = openSandbox({ options: { clusters: [] }, real }, context.terminal);
    await expect(opened).rejects.toMatchObject({ code: "eks-cluster" });
    const said = [...heard.out, ...heard.err].join("\n");
    expect(said).toContain(SERVER.toLowerCase());
    expect(said).not.toContain(secret);
  });

  it.each([
    ["as-user-extra", { "as-user-extra": { "my secret": "a" } }],
    ["as-user-extra", { "as-user-extra": { "my secret": ["a", 1] } }],
    ["auth-provider", { "auth-provider": { name: "oidc", config: { "my secret": {} } } }],
  ])("a key of %s that does not look like one", async (_where, user) => {
    const file = join(folder, "keys");
    await writeFile(file, stringify({ users: [{ name: "me", user }] }));
    const { message } = failureOf(() => userAccess(file, undefined));
    expect(message).toContain("users[0].user.");
    expect(message).toContain("…");
    expect(message).not.toContain("my secret");
  });
});

describe("a configuration is changed in a copy", () => {
  it("trusting certain certificates alone, and verifying", () => {
    const access = accessTo(SERVER, `${CLUSTER_CA}${OLD_CA}`, { skipTlsVerify: true });
    const pinned = trustingOnly(access, CLUSTER_CA);
    expect(pinned.cluster).toMatchObject({ caPem: CLUSTER_CA, skipTlsVerify: false, server: SERVER });
    expect(pinned.credentials).toBe(access.credentials);
    expect(access.cluster).toMatchObject({ skipTlsVerify: true });
  });

  it.each([
    ["the environment's proxy", { HTTPS_PROXY: "http://proxy:3128" }, "http://proxy:3128"],
    [
      "none where NO_PROXY names the server",
      { HTTPS_PROXY: "http://proxy:3128", NO_PROXY: ".amazonaws.com" },
      undefined,
    ],
    ["none where there is none", {}, undefined],
  ])("with %s", (_what, environment, proxyUrl) => {
    for (const name of ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"])
      vi.stubEnv(name, "");
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    expect(throughProxy(accessTo(SERVER, CLUSTER_CA)).cluster.proxy?.url).toBe(proxyUrl);
  });
});
