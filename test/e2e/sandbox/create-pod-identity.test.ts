import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clusterOf } from "../cluster.ts";
import { irsa, type Run } from "../irsa.ts";
import { startRunningSandbox, type RunningSandbox } from "../real/clients/running-sandbox.ts";

const S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const DEPLOYMENT = `
apiVersion: v1
kind: Namespace
metadata: { name: till }
---
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: till, name: cart }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: till, name: cart }
spec:
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart } }
    spec:
      serviceAccountName: cart
      containers: [{ name: app, image: registry.invalid/app:1 }]
`;
const FILE = `
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: sandbox, region: eu-west-1 }
iam:
  podIdentityAssociations:
    - { namespace: till, serviceAccountName: cart, permissionPolicyARNs: ["${S3}"] }
    - { namespace: till, serviceAccountName: stock, createServiceAccount: true, permissionPolicyARNs: ["${S3}"] }
`;

let sandbox: RunningSandbox;
let folder: string;

beforeAll(async () => {
  sandbox = await startRunningSandbox();
  folder = await mkdtemp(join(tmpdir(), "irsa-"));
  await writeFile(join(folder, "cluster.yaml"), FILE);
  const cluster = clusterOf({ adminKubeconfig: sandbox.environment["KUBECONFIG"] ?? "" });
  await cluster.apply(DEPLOYMENT);
  await cluster.runningPod("till", "app=cart");
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await sandbox.stop();
});

const run = (...args: readonly string[]): Promise<Run> => irsa(args, sandbox.environment);
const create = (path: string, ...flags: readonly string[]): Promise<Run> =>
  run("create-sa", path, "--cluster", "sandbox", "--pod-identity", "--policy-arn", S3, "--approve", ...flags);

interface Proof {
  readonly state: string;
  readonly assumedRoleArn?: string;
}
interface Answer {
  readonly role: string;
  readonly proof: Proof;
  readonly serviceAccounts: readonly object[];
}
const resultOf = ({ stdout }: Run): Answer => (JSON.parse(stdout) as { result: Answer }).result;

it("a pod's token is exchanged, and the credentials are those of the association's role", async () => {
  const done = await create("till/cart", "--wait", "-o", "json");
  expect(done).toMatchObject({ code: 0 });
  const { role, proof } = resultOf(done);
  expect(proof).toMatchObject({ state: "accepted", way: "podIdentity" });
  expect(proof.assumedRoleArn).toContain(`:assumed-role/${role.split("/")[1]}/`);
  const again = await create("till/cart");
  expect(again.stdout).toContain("Nothing to do. New pods with serviceAccountName: cart in till get");
  expect(again.stdout).toContain("Verified: EKS gives the role for a pod's token.");
  expect(again.stdout).toContain("Not verified: whether the EKS Pod Identity Agent runs on their nodes.");
});

it("where no pod runs, a dry-run pod shows injection, which is not enough for --wait", async () => {
  const waited = await create("till/idle", "--wait", "-o", "json");
  expect(waited.code).toBe(1);
  expect(resultOf(waited).proof).toMatchObject({ state: "noPod", injected: true });
  const plain = await create("till/idle");
  expect(plain.code).toBe(0);
  expect(plain.stdout).toContain("Verified: new pods are injected (dry run).");
});

it("a file's associations are verified by apply --wait, and its plan has the warnings of create-sa once", async () => {
  const file = join(folder, "cluster.yaml");
  const planned = await run("plan", "-f", file);
  expect(planned.stdout.split("the Pod Identity agent is not installed")).toHaveLength(2);
  const applied = await run("apply", "-f", file, "--wait", "--approve", "-o", "json");
  expect(applied.code).toBe(1);
  const { serviceAccounts } = resultOf(applied);
  expect(serviceAccounts).toMatchObject([
    { serviceAccount: { name: "cart" }, state: "inSync" },
    { serviceAccount: { name: "stock" }, state: "applied", proof: { state: "noPod", injected: true } },
  ]);
  expect(applied.stderr).toContain("till/stock: not verified: no pod runs whose token could be exchanged");
});
