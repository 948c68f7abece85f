import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { requireRead } from "irsa-sandbox/parts";
import { clusterOf } from "../e2e/cluster.ts";
import { createSa, S3_READ } from "../e2e/commands.ts";
import { EXECUTABLE, irsa, type Run } from "../e2e/irsa.ts";
import { cleanEnvironment } from "../worlds/environment.ts";
import { startEmbeddedStranger } from "../worlds/sandbox-world.ts";
import { CLUSTER_NAME, type StrangerCluster } from "../worlds/world.ts";
import { attack } from "./attack.ts";

let kind: StrangerCluster;
let eks: StrangerCluster;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "irsa-real-"));
  [kind, eks] = await Promise.all([
    startEmbeddedStranger("https://kubernetes.default.svc.cluster.local"),
    startEmbeddedStranger("https://oidc.eks.eu-west-1.amazonaws.com/id/5D1C0FFEE"),
  ]);
});
afterAll(async () => {
  await Promise.all([kind?.stop(), eks?.stop()]);
  await rm(home, { recursive: true });
});

/** `irsa` in a sandbox before that cluster. */
function within(kubeconfig: string, flags: readonly string[], command: readonly string[]): Promise<Run> {
  const real = ["-c", CLUSTER_NAME, "--cluster-kubeconfig", kubeconfig, ...flags];
  const args = ["sandbox", "run", ...real, "--", process.execPath, EXECUTABLE, ...command];
  return irsa(args, cleanEnvironment(home));
}

const create = (name: string) =>
  createSa(`default/${name}`, "--policy-arn", S3_READ, "--associate-oidc", "--no-wait", "--approve");

attack("local user", "M4: a sandbox before a cluster that was not meant, which is never named", {
  async attack() {
    const { code, stderr } = await within(kind.adminKubeconfig, [], create("unmeant"));
    const { clusters } = parse(await readFile(kind.adminKubeconfig, "utf8")) as Kubeconfig;
    expect(stderr).toContain("context admin");
    expect(stderr).toContain(clusters[0]?.cluster["server"]);
    expect(stderr).toContain("--allow-cluster-writes");
    expect(code).not.toBe(0);
    expect(await clusterOf(kind).annotations("default", "unmeant")).toBeUndefined();
    const webhook = await within(kind.adminKubeconfig, ["--register-webhook"], ["--version"]);
    expect(webhook).toMatchObject({ code: 2 });
    expect(webhook.stderr).toContain("--allow-cluster-writes");
  },
  async twin() {
    const { code, stderr } = await within(kind.adminKubeconfig, ["--allow-cluster-writes"], create("meant"));
    expect(code, stderr).toBe(0);
    expect(await clusterOf(kind).annotations("default", "meant")).toHaveProperty([
      "eks.amazonaws.com/role-arn",
    ]);
    const read = await within(
      kind.adminKubeconfig,
      [],
      ["audit", "--cluster", CLUSTER_NAME, "--fail-on", "never"],
    );
    expect(read.code, read.stderr).toBe(0);
  },
});

interface Kubeconfig {
  "current-context": string;
  clusters: { name: string; cluster: Record<string, unknown> }[];
  contexts: { name: string; context: { cluster: string; user: string } }[];
  users: { name: string; user: Record<string, unknown> }[];
}

async function edited(name: string, edit: (config: Kubeconfig) => void): Promise<string> {
  const config = parse(await readFile(kind.adminKubeconfig, "utf8")) as Kubeconfig;
  edit(config);
  const path = join(home, `${name}.kubeconfig`);
  await writeFile(path, stringify(config));
  return path;
}

const at = (server: string) => (config: Kubeconfig) => {
  for (const one of config.clusters) one.cluster["server"] = server;
};
const by =
  (command: string, ...args: readonly string[]) =>
  (config: Kubeconfig) => {
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      interactiveMode: "Never",
      command,
      args,
    };
    for (const one of config.users) one.user = { exec };
  };

/** What shows that a context is one of EKS. None of these servers and commands is ever called. */
const SIGNS: readonly (readonly [string, (config: Kubeconfig) => void])[] = [
  ["a server", at("https://5D1C.gr7.eu-west-1.eks.amazonaws.com")],
  ["a server in China", at("https://5D1C.yl4.cn-north-1.eks.amazonaws.com.cn")],
  ["a server in capitals, with a port", at("https://5D1C.GR7.EU-WEST-1.EKS.AMAZONAWS.COM:443")],
  ["a server by dual stack", at("https://5D1C.eks-cluster.eu-west-1.api.aws")],
  ["a server of the European cloud", at("https://5D1C.gr7.eusc-de-east-1.eks.amazonaws.eu")],
  ["a server of an isolated partition", at("https://5D1C.gr7.us-iso-east-1.eks.c2s.ic.gov")],
  [
    "a tunnel to one",
    ({ clusters }) => {
      for (const one of clusters) one.cluster["tls-server-name"] = "5D1C.gr7.eu-west-1.eks.amazonaws.com";
    },
  ],
  [
    "a cluster's ARN",
    ({ clusters, contexts }) => {
      const arn = "arn:aws:eks:eu-west-1:111122223333:cluster/prod";
      for (const one of clusters) one.name = arn;
      for (const { context } of contexts) context.cluster = arn;
    },
  ],
  ["the aws command", by("aws", "--region", "eu-west-1", "eks", "get-token", "--cluster-name", "prod")],
  ["the aws command behind another", by("aws-vault", "exec", "work", "--", "aws", "eks", "get-token")],
  ["the aws command in a shell", by("sh", "-c", "aws eks get-token --cluster-name prod")],
  ["aws-iam-authenticator", by("/usr/local/bin/aws-iam-authenticator", "token", "-i", "prod")],
  ["eksctl", by("eksctl", "utils", "write-kubeconfig")],
];

for (const [what, edit] of SIGNS)
  attack("local user", `M4: a sandbox before a cluster of EKS, known by ${what}`, {
    async attack() {
      const kubeconfig = await edited(what.replaceAll(/\W/g, "-"), edit);
      const { code, stderr } = await within(kubeconfig, ["--allow-cluster-writes"], ["--version"]);
      expect(stderr).toContain("EKS cluster");
      expect(code).toBe(1);
    },
    async twin() {
      // A name that only looks like it.
      const kubeconfig = await edited("kind-eks", ({ clusters, contexts }) => {
        for (const one of clusters) one.name = "kind-eks-amazonaws-com";
        for (const { context } of contexts) context.cluster = "kind-eks-amazonaws-com";
      });
      expect(await within(kubeconfig, [], ["--version"])).toMatchObject({ code: 0 });
    },
  });

attack("local user", "M4 variant: a cluster of EKS behind a tunnel and a token, known by its issuer alone", {
  async attack() {
    const { code, stderr } = await within(eks.adminKubeconfig, ["--allow-cluster-writes"], create("behind"));
    expect(code).toBe(1);
    expect(stderr).toContain("its issuer is https://oidc.eks.eu-west-1.amazonaws.com/id/5D1C0FFEE");
    expect(await clusterOf(eks).annotations("default", "behind")).toBeUndefined();
  },
  async twin() {
    expect(await within(kind.adminKubeconfig, [], ["--version"])).toMatchObject({ code: 0 });
  },
});

it("M4: a kubeconfig that verifies no TLS is refused for a sandbox too", async () => {
  const kubeconfig = await edited("skipping", ({ clusters }) => {
    for (const { cluster } of clusters) {
      delete cluster["certificate-authority-data"];
      cluster["insecure-skip-tls-verify"] = true;
    }
  });
  const { code, stderr } = await within(kubeconfig, [], ["--version"]);
  expect(code).toBe(1);
  expect(stderr).toContain("does not verify the server's certificate");
});

const SA = "/api/v1/namespaces/default/serviceaccounts";
const POD = "/api/v1/namespaces/default/pods/web";

it.each([
  ["POST", SA],
  ["PUT", `${SA}/cart`],
  ["PATCH", `${SA}/cart`],
  ["PATCH", `${SA}/cart?dryRun=None`],
  ["PATCH", `${SA}/cart?dryRun=All&dryRun=None`],
  ["DELETE", `${SA}/cart`],
  ["DELETE", SA],
  ["POST", `${SA}/cart/token`],
  ["POST", `${SA}/cart/token?dryRun=All`],
  ["GET", `${POD}/exec?command=sh`],
  ["GET", `${POD}/%65xec?command=sh`],
  ["GET", `${POD}/attach`],
  ["POST", `${POD}/portforward`],
  ["GET", "/api/v1/nodes/one/proxy/run"],
  ["GET", "/api/v1/namespaces/default/services/web/proxy/admin"],
  ["GET", "/api/v1/namespaces/default//pods/web/exec"],
  ["GET", "/api/v1/x/../namespaces/default/pods/web/exec"],
  ["GET", "/api/v1/namespaces%2Fdefault/pods/web/exec"],
  ["POST", "/apis/example.com/v1/namespaces/default/codereviews"],
  ["POST", "/healthz"],
])("M4: a sandbox that only reads does not pass on %s %s", (method, target) => {
  expect(() => requireRead(method, target)).toThrow("--allow-cluster-writes");
});

it.each([
  ["GET", "/version"],
  ["GET", `${SA}?watch=true`],
  ["GET", `${SA}/cart`],
  ["GET", `${POD}/log`],
  ["GET", "/api/v1/namespaces/default/services/proxy"],
  ["GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode"],
  ["HEAD", "/healthz"],
  ["POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"],
  ["POST", "/api/v1/namespaces/default/pods?dryRun=All"],
])("M4: a sandbox that only reads passes on %s %s", (method, target) => {
  expect(() => requireRead(method, target)).not.toThrow();
});
