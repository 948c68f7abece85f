import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { KubeConfig, KubernetesObjectApi, loadAllYaml, PatchStrategy } from "@kubernetes/client-node";
import type { EventsV1Event, KubernetesObject, V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { seriesIn } from "../../../metrics/exposition.ts";
import { settled } from "../../../worlds/control-plane/settled.ts";
import { PATIENCE } from "../../../worlds/patience.ts";
import { startWorld } from "../../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { clusterOf } from "../../cluster.ts";
import { createSa, S3_READ } from "../../commands.ts";
import { invocation, irsa } from "../../irsa.ts";

let world: World;
let folder: string;
let roleFile: string;
let pods: readonly V1Pod[];
const replicas: Replica[] = [];

const run = (...args: readonly string[]) => irsa(args, world.environmentOf("admin"));
const exported = async (...flags: readonly string[]): Promise<string> => {
  const arn = `arn:aws:eks:${world.aws.region}:${world.aws.awsAccount}:cluster/${CLUSTER_NAME}`;
  const { code, stdout, stderr } = await run("export", "in-cluster", "--cluster", arn, ...flags);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-in-cluster-"));
  world = await startWorld();
  roleFile = join(folder, "role.yaml");
  await writeFile(roleFile, await exported("--role", "--proofs"));
  expect(await run("apply", "-f", roleFile, "--approve")).toMatchObject({ code: 0 });
  expect(await run(...createSa("shop/cart", "--policy-arn", S3_READ, "--approve"))).toMatchObject({
    code: 0,
  });
  await applied(await exported("--image", "registry.example/irsa:0.1.0", "--proofs", "--events"));
});
afterAll(async () => {
  for (const { child } of replicas) child.kill("SIGKILL");
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** As `kubectl apply --server-side` does. */
async function applied(yaml: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(world.adminKubeconfig);
  const objects = KubernetesObjectApi.makeApiClient(config);
  for (const one of loadAllYaml(yaml) as KubernetesObject[])
    await objects.patch(one, undefined, undefined, "kubectl", true, PatchStrategy.ServerSideApply);
  for (const one of loadAllYaml(yaml) as KubernetesObject[]) await settled(config, one);
}

/** A process that has what a container of the pod has, and nothing else. */
interface Replica {
  readonly child: ChildProcess;
  readonly out: string[];
  readonly err: string[];
  readonly origin: () => string;
}

/** What a container sees under /run; `mount` needs root, or a user namespace. */
const CONTAINED = [
  "mount -t tmpfs tmpfs /run",
  "mkdir -p /var/run/secrets/kubernetes.io /var/run/secrets/eks.amazonaws.com",
  'cp -r "$1" /var/run/secrets/kubernetes.io/serviceaccount',
  'cp -r "$2" /var/run/secrets/eks.amazonaws.com/serviceaccount',
  "shift 2",
  'exec "$@"',
].join(" && ");

async function started(pod: V1Pod): Promise<Replica> {
  const cluster = clusterOf(world);
  const name = pod.metadata?.name ?? "";
  const [own, web] = [join(folder, name, "kubernetes"), join(folder, name, "eks")];
  for (const one of [own, web]) await mkdir(one, { recursive: true });
  const audience = "https://kubernetes.default.svc";
  await writeFile(join(own, "token"), await cluster.serviceAccountToken("irsa", "irsa", audience));
  await writeFile(join(own, "ca.crt"), world.cluster.caPem);
  await writeFile(join(web, "token"), await cluster.podToken(pod));
  const [container] = pod.spec?.containers ?? [];
  const args = (container?.args ?? []).map((word) => (word === ":9099" ? "0" : word));
  const env = Object.fromEntries((container?.env ?? []).map((one) => [one.name, one.value ?? ""]));
  const { hostname, port } = new URL(world.cluster.endpoint);
  const unshare = ["--mount", ...(process.getuid?.() === 0 ? [] : ["--map-root-user"])];
  const [program, words] = invocation([...args, "--poll-interval", "10s"]);
  const child = spawn("unshare", [...unshare, "sh", "-c", CONTAINED, "sh", own, web, program, ...words], {
    env: {
      ...env,
      PATH: process.env["PATH"] ?? "",
      AWS_ENDPOINT_URL: world.aws.url,
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
    },
  });
  const [out, err]: [string[], string[]] = [[], []];
  createInterface({ input: child.stdout }).on("line", (text) => out.push(text));
  createInterface({ input: child.stderr }).on("line", (text) => err.push(text));
  const origin = () => /^metrics: (http:\/\/127\.0\.0\.1:\d+)/m.exec(err.join("\n"))?.[1] ?? "";
  const replica = { child, out, err, origin };
  replicas.push(replica);
  return replica;
}

const within = (check: () => unknown): Promise<unknown> => vi.waitFor(async () => check(), PATIENCE);

test("its own role is complete with the manifests applied: nothing is left to change", async () => {
  expect(await run("plan", "-f", roleFile, "--detect-drift")).toMatchObject({ code: 0 });
  expect(await run("verify", "irsa/irsa", "--cluster", CLUSTER_NAME)).toMatchObject({ code: 0 });
});

test("both pods are made, and get irsa's role", async () => {
  const { core } = clusterOf(world);
  await within(async () => {
    const { items } = await core.listNamespacedPod({ namespace: "irsa" });
    expect(items.map(({ status }) => status?.phase)).toEqual(["Running", "Running"]);
    pods = items;
  });
  const [container] = pods[0]?.spec?.containers ?? [];
  expect(container?.env).toContainEqual({
    name: "AWS_ROLE_ARN",
    value: expect.stringMatching(/:role\/eks-work-cluster-irsa-irsa-\w{10}$/),
  });
});

test("one of the two watches, the other is ready and silent", async () => {
  const [one, two] = pods;
  if (one === undefined || two === undefined) throw new Error("no pods");
  const leader = await started(one);
  await within(() => expect(leader.err).toContain("leading: holds Lease irsa/irsa"));
  const follower = await started(two);
  await within(() => expect(follower.err.join("\n")).toMatch(/^standing by: Lease irsa\/irsa is held by /m));
  await within(() => expect(leader.out[0]).toContain('"event":"snapshot"'));
  for (const { origin } of [leader, follower])
    await within(async () => expect(await (await fetch(`${origin()}/readyz`)).text()).toBe("ok\n"));
  expect(follower.out).toEqual([]);
  expect(await leads(leader)).toBe(1);
  expect(await leads(follower)).toBe(0);
});

test("it is refused nothing, in the cluster or in AWS, and knows all", async () => {
  const [leader] = replicas;
  if (leader === undefined) throw new Error("no leader");
  const snapshot = JSON.parse(leader.out[0] ?? "") as { readonly result: Readonly<Record<string, unknown>> };
  expect(snapshot.result).toMatchObject({ unknown: [] });
  const page = await (await fetch(`${leader.origin()}/metrics`)).text();
  const asked = seriesIn(page).filter(({ name }) => name === "irsa_aws_requests_total");
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter(({ labels }) => !["ok", "not-found"].includes(labels["result"] ?? ""))).toEqual([]);
});

/** Those that irsa wrote, by reason. */
async function told(): Promise<readonly string[]> {
  const config = new KubeConfig();
  config.loadFromFile(world.adminKubeconfig);
  const api = KubernetesObjectApi.makeApiClient(config);
  const { items } = await api.list<EventsV1Event>("events.k8s.io/v1", "Event", "shop");
  return items
    .filter(({ reportingController }) => reportingController === "irsa")
    .map(({ reason = "", series }) => `${reason} × ${series?.count ?? 1}`)
    .toSorted();
}

const BROKEN = ["NoWorkload × 1", "RoleGone × 1", "RoleMissing × 1"];

test("what breaks is an Event on the ServiceAccount", async () => {
  const { core } = clusterOf(world);
  const cart = await core.readNamespacedServiceAccount({ namespace: "shop", name: "cart" });
  const role = `arn:aws:iam::${world.aws.awsAccount}:role/nowhere`;
  Object.assign(cart.metadata?.annotations ?? {}, { "eks.amazonaws.com/role-arn": role });
  await core.replaceNamespacedServiceAccount({ namespace: "shop", name: "cart", body: cart });
  await within(async () => expect(await told()).toEqual(BROKEN));
});

test("the leader is killed, and the other leads and watches", async () => {
  const [leader, follower] = replicas;
  if (leader === undefined || follower === undefined) throw new Error("no replicas");
  leader.child.kill("SIGKILL");
  await within(() => expect(follower.err).toContain("leading: holds Lease irsa/irsa"));
  await within(() => expect(follower.out[0]).toContain('"event":"snapshot"'));
  expect(await leads(follower)).toBe(1);
  // It knows what was told before.
  await new Promise((resolve) => void setTimeout(resolve, 3_000));
  expect(await told()).toEqual(BROKEN);
});

test("one that is stopped in order gives the Lease up", async () => {
  const [, follower] = replicas;
  if (follower === undefined) throw new Error("no follower");
  const exited = new Promise((resolve) => void follower.child.once("exit", resolve));
  follower.child.kill("SIGTERM");
  await exited;
  const config = new KubeConfig();
  config.loadFromFile(world.adminKubeconfig);
  const lease = await KubernetesObjectApi.makeApiClient(config).read({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "irsa", namespace: "irsa" },
  });
  expect(lease).toMatchObject({ spec: { holderIdentity: "", leaseTransitions: 1 } });
});

async function leads({ origin }: Replica): Promise<number | undefined> {
  const page = await (await fetch(`${origin()}/metrics`)).text();
  return seriesIn(page).find(({ name }) => name === "irsa_leader")?.value;
}
