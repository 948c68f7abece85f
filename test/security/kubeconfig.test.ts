import { createServer, type Server } from "node:http";
import { request } from "node:https";
import { createServer as createTcpServer, connect as connectTcp, type AddressInfo } from "node:net";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { createCertificateAuthority, issueServerCertificate, listenHttps } from "irsa-sandbox/parts";
import { createSa, S3_READ, STORY } from "../e2e/commands.ts";
import { irsa, type Run } from "../e2e/irsa.ts";
import { withoutWriting } from "../e2e/observe-world.ts";
import { startApiServer, type ApiServer, type Received } from "../kubernetes/api-server.ts";
import { newSigner, type TokenSigner } from "../kubernetes/token-signer.ts";
import { startWorld } from "../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../worlds/world.ts";
import { attack } from "./attack.ts";
import { clusterFile, lineOf } from "./every-command.ts";

/** The commands that connect to the cluster by a kubeconfig where they are told to. */
const CONNECTING = [
  "create-sa",
  "get-sa",
  "update-sa",
  "delete-sa",
  "use-sa",
  "plan",
  "apply",
  "adopt",
  "verify",
  "stale-pods",
  "doctor",
  "audit",
  "graph",
  "policies",
  "who-can",
  "what-can",
  "narrow",
];

let world: World;
let home: string;
let file: string;
/** A server of somebody else's, that says of itself what the cluster would. */
let evil: ApiServer;
let answer: (received: Received) => Promise<{ status: number; body: unknown }>;
let stranger: TokenSigner;
let stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  [world, stranger] = await Promise.all([startWorld(), newSigner()]);
  home = world.environmentOf("admin")["HOME"] ?? "";
  file = await clusterFile(home, CLUSTER_NAME, "eu-west-1");
  evil = await startApiServer(async (received) => answer(received));
  stops = [evil.stop, world.stop];
  expect(await run(STORY.associate)).toMatchObject({ code: 0 });
  // What `who-can` is asked about.
  expect(await run(create("reader", "--role-name", "reader", "--approve"))).toMatchObject({ code: 0 });
});
afterAll(async () => {
  for (const stop of stops) await stop();
});
beforeEach(() => {
  answer = claimsToBeTheCluster;
  (evil.received as Received[]).length = 0;
});

const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Run> =>
  irsa(args, { ...world.environmentOf("admin"), ...more });

/** Discovery names the cluster's issuer, and tokens are made up. */
async function claimsToBeTheCluster({ url, body }: Received) {
  const { issuer } = world.cluster;
  if (url === "/.well-known/openid-configuration") return { status: 200, body: { issuer } };
  if (!url.endsWith("/token")) return { status: 200, body: {} };
  const { audiences: aud } = (body as { spec: { audiences: string[] } }).spec;
  const name = url.split("/").at(-2) ?? "";
  const token = await stranger.sign({ iss: issuer, sub: `system:serviceaccount:default:${name}`, aud });
  return { status: 201, body: { status: { token } } };
}

interface ClusterEntry {
  server: string;
  "certificate-authority-data"?: string;
  "insecure-skip-tls-verify"?: boolean;
  "tls-server-name"?: string;
}

/** The administrator's kubeconfig with another cluster entry; its path. */
async function kubeconfigOf(name: string, entry: ClusterEntry): Promise<string> {
  const config = parse(await readFile(world.adminKubeconfig, "utf8")) as {
    clusters: { cluster: ClusterEntry }[];
  };
  for (const one of config.clusters) one.cluster = entry;
  const path = join(home, `${name}.kubeconfig`);
  await writeFile(path, stringify(config));
  return path;
}

const caData = (pem: string): string => Buffer.from(pem).toString("base64");
const skipping = () => kubeconfigOf("skipping", { server: evil.url, "insecure-skip-tls-verify": true });

const create = (name: string, ...flags: readonly string[]) =>
  createSa(`default/${name}`, "--policy-arn", S3_READ, "--no-wait", ...flags);

/** A run that is refused: nothing was written, and the server that was meant got nothing. */
async function refused(
  args: readonly string[],
  says: readonly string[],
  more?: Readonly<Record<string, string>>,
): Promise<void> {
  const { code, stdout, stderr } = await withoutWriting(world, () => run(args, more));
  for (const part of says) expect(stdout + stderr).toContain(part);
  expect(code).not.toBe(0);
}

async function works(args: readonly string[], more?: Readonly<Record<string, string>>): Promise<Run> {
  const ended = await run(args, more);
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

it.each(CONNECTING)("H6: `%s` sends no token over TLS that is not verified", async (command) => {
  const kubeconfig = await skipping();
  const args = [...lineOf(command, CLUSTER_NAME, { file }), "--kubeconfig", kubeconfig];
  await refused(args, ["does not verify the server's certificate"]);
  expect(evil.received).toEqual([]);
});

attack(
  "malicious cluster",
  "H6: a kubeconfig with insecure-skip-tls-verify whose server names the public issuer",
  {
    async attack() {
      const kubeconfig = await skipping();
      await refused(create("h6", "--kubeconfig", kubeconfig, "--approve"), [kubeconfig, evil.url, "admin"]);
      expect(evil.received).toEqual([]);
    },
    async twin() {
      await works(create("h6", "--kubeconfig", world.adminKubeconfig));
    },
  },
);

attack("malicious cluster", "H6 variant: a server on loopback without TLS, as kubectl proxy", {
  async attack() {
    const received: string[] = [];
    const plain = createServer((incoming, outgoing) => {
      received.push(incoming.headers.authorization ?? "");
      outgoing.end("{}");
    });
    const url = await listening(plain);
    try {
      const kubeconfig = await kubeconfigOf("plain", { server: url });
      await refused(create("plain", "--kubeconfig", kubeconfig, "--approve"), ["connects without TLS"]);
      expect(received).toEqual([]);
    } finally {
      plain.close();
    }
  },
  async twin() {
    const tunnel = await startTunnel(world.cluster.endpoint);
    const cluster = {
      server: `https://127.0.0.1:${tunnel.port}`,
      "tls-server-name": "localhost",
      "certificate-authority-data": caData(world.cluster.caPem),
    };
    await works(create("plain", "--kubeconfig", await kubeconfigOf("tunnel", cluster)));
    tunnel.stop();
  },
});

attack("malicious proxy", "H6 variant: NODE_TLS_REJECT_UNAUTHORIZED=0, and somebody in between", {
  async attack() {
    // The kubeconfig trusts the cluster's authority; who answers is another.
    const cluster = { server: evil.url, "certificate-authority-data": caData(world.cluster.caPem) };
    const kubeconfig = await kubeconfigOf("between", cluster);
    const more = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    await refused(create("between", "--kubeconfig", kubeconfig, "--approve"), ["certificate"], more);
    expect(evil.received).toEqual([]);
    await refused(create("between", "--approve"), [], { ...more, AWS_ENDPOINT_URL: evil.url });
    expect(evil.received).toEqual([]);
  },
  async twin() {
    await works(create("between", "--kubeconfig", world.adminKubeconfig), {
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
    });
  },
});

/** As Rancher or Teleport: another authority's certificate, behind it the cluster. */
async function startTerminatingProxy() {
  const authority = await createCertificateAuthority("corporate proxy");
  const { hostname, port } = new URL(world.cluster.endpoint);
  const proxy = await listenHttps({
    certificate: await issueServerCertificate(authority, ["127.0.0.1"]),
    handle: async (incoming, outgoing) =>
      new Promise((resolve, reject) => {
        const { method, url: path, headers } = incoming;
        const ca = world.cluster.caPem;
        const passed = request({ hostname, port, method, path, headers, ca }, (answered) => {
          outgoing.writeHead(answered.statusCode ?? 502, answered.headers);
          answered.pipe(outgoing).once("finish", resolve);
        });
        passed.once("error", reject);
        incoming.pipe(passed);
      }),
  });
  stops.unshift(proxy.stop);
  const cluster = { server: proxy.url, "certificate-authority-data": caData(authority.certificatePem) };
  return kubeconfigOf("rancher", cluster);
}

const evilTrusted = () =>
  kubeconfigOf("evil", { server: evil.url, "certificate-authority-data": caData(evil.caPem) });

attack("malicious cluster", "H6: discovery names the public issuer, over TLS of its own authority", {
  async attack() {
    await refused(create("rancher", "--kubeconfig", await evilTrusted(), "--approve"), [
      "this kubeconfig context is a different cluster",
      "not signed by the issuer's published keys",
    ]);
  },
  async twin() {
    const kubeconfig = await startTerminatingProxy();
    const plan = await works(create("rancher", "--kubeconfig", kubeconfig, "--approve"));
    // The keys come from the sandbox in the issuer's place, as the environment says: that is told.
    expect(plan.stdout).toContain("issuer keys");
  },
});

attack(
  "malicious cluster",
  "H6 variant: a real token of the cluster, minted for another audience, is played again",
  {
    async attack() {
      const { issuer } = world.cluster;
      const leaked = await leakedToken();
      answer = async ({ url }) => {
        if (url.endsWith("/token")) return { status: 201, body: { status: { token: leaked } } };
        return { status: 200, body: { issuer } };
      };
      await refused(create("replay", "--kubeconfig", await evilTrusted(), "--approve"), [
        "a different cluster",
      ]);
    },
    async twin() {
      await works(create("replay", "--kubeconfig", await startTerminatingProxy()));
    },
  },
);

attack("malicious cluster", "H6 variant: discovery alone, where tokens are refused", {
  async attack() {
    answer = async ({ url }) =>
      url.endsWith("/token")
        ? { status: 403, body: { message: "forbidden" } }
        : { status: 200, body: { issuer: world.cluster.issuer } };
    await refused(create("alone", "--kubeconfig", await evilTrusted(), "--approve"), ["can't be verified"]);
  },
  async twin() {
    await works(create("alone", "--kubeconfig", world.adminKubeconfig));
  },
});

attack("malicious proxy", "H6 variant: the issuer can't be reached, or is reached without TLS", {
  async attack() {
    const kubeconfig = await startTerminatingProxy();
    const args = create("unreached", "--kubeconfig", kubeconfig, "--approve");
    await refused(args, ["can't be verified", "127.0.0.1:9"], {
      IRSA_ISSUER_ENDPOINT_URL: "http://127.0.0.1:9",
    });
    await refused(args, ["IRSA_ISSUER_ENDPOINT_URL", "not an https URL"], {
      IRSA_ISSUER_ENDPOINT_URL: "http://issuers.example",
    });
  },
  async twin() {
    // Where the certificate is of the authority that EKS names, the issuer is not asked.
    await works(create("unreached", "--kubeconfig", world.adminKubeconfig), {
      IRSA_ISSUER_ENDPOINT_URL: "http://127.0.0.1:9",
    });
  },
});

/** A token as a pod of any tenant has it. */
async function leakedToken(): Promise<string> {
  const { clusterOf } = await import("../e2e/cluster.ts");
  return clusterOf(world).serviceAccountToken("default", "default", "sts.amazonaws.com");
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** As ssh -L or kubectl's own tunnels: bytes go through, TLS does not end there. */
async function startTunnel(endpoint: string): Promise<{ readonly port: number; readonly stop: () => void }> {
  const { hostname, port } = new URL(endpoint);
  const server = createTcpServer((near) => {
    const far = connectTcp(Number(port), hostname);
    near.pipe(far).pipe(near);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, stop: () => void server.close() };
}
