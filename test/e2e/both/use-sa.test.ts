import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWorld } from "../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../worlds/world.ts";
import { clusterOf, type Cluster } from "../cluster.ts";
import { createSa, S3_READ, STORY } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { withoutWriting } from "../observe-world.ts";

const NAMESPACE = "amazon-cloudwatch";
const SERVICE_ACCOUNT = "cloudwatch-agent";
const FIXTURE = new URL("../fixtures/cwagent-daemonset.yaml", import.meta.url);

let world: World;
let cluster: Cluster;
let folder: string;

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
  folder = await mkdtemp(join(tmpdir(), "use-sa-"));
  for (const command of [STORY.associate, STORY.create])
    expect(await run(command)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

const run = (args: readonly string[]) => irsa(args, world.environmentOf("admin"));
const useSa = (...args: readonly string[]) =>
  run(["use-sa", "--cluster", CLUSTER_NAME, "-n", NAMESPACE, "--name", SERVICE_ACCOUNT, ...args]);

/** A workload whose pods run with `default`, as YAML that JSON is too. */
function workload(kind: string, name: string, metadata: object = {}): string {
  const template = {
    metadata: { labels: { app: name } },
    spec: {
      containers: [{ name: "app", image: "registry.example/app:1" }],
      ...(kind.endsWith("Job") && { restartPolicy: "Never" }),
    },
  };
  const selector = { matchLabels: { app: name } };
  const specs: Readonly<Record<string, object>> = {
    Job: { template },
    CronJob: { schedule: "@yearly", jobTemplate: { spec: { template } } },
    StatefulSet: { serviceName: name, selector, template },
  };
  return JSON.stringify({
    apiVersion: kind.endsWith("Job") ? "batch/v1" : "apps/v1",
    kind,
    metadata: { name, namespace: NAMESPACE, ...metadata },
    spec: specs[kind] ?? { selector, template },
  });
}

/** Of those that are not on their way out. */
const serviceAccountsOfPods = async (app: string): Promise<(string | undefined)[]> => {
  const { items } = await cluster.core.listNamespacedPod({
    namespace: NAMESPACE,
    labelSelector: `app=${app}`,
  });
  const staying = items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  return staying.map(({ spec }) => spec?.serviceAccountName);
};

describe("a DaemonSet from a file", () => {
  test("bound in the file, applied as it comes out, its pod runs injected", async () => {
    const file = join(folder, "agent.yaml");
    const unbound = (await readFile(FIXTURE, "utf8")).replace(/ +serviceAccountName: .*\n/, "");
    await writeFile(file, unbound);
    const args = ["use-sa", "-n", NAMESPACE, "--name", SERVICE_ACCOUNT, "-f", file];
    // No environment: nothing but the file is asked.
    const printed = await irsa(args, { PATH: process.env["PATH"] ?? "" });
    expect(printed).toMatchObject({ code: 0 });
    expect(printed.stderr).toContain("+      serviceAccountName: cloudwatch-agent");
    expect(printed.stdout.replace(/ +serviceAccountName: .*\n/, "")).toBe(unbound);
    await cluster.apply(printed.stdout);
    const pod = await cluster.runningPod(NAMESPACE, "name=cloudwatch-agent");
    expect(pod.spec?.serviceAccountName).toBe(SERVICE_ACCOUNT);
    expect(pod.spec?.volumes?.map(({ name }) => name)).toContain("aws-iam-token");
  });

  test("has nothing left to do in the cluster, and is proved all the same", async () => {
    const bound = await withoutWriting(world, () => useSa("daemonset/cloudwatch-agent", "--approve"));
    expect(bound).toMatchObject({ code: 0 });
    expect(bound.stdout).toContain(
      "Nothing to do. Ready. daemonset/cloudwatch-agent runs with cloudwatch-agent",
    );
    expect(bound.stderr).toMatch(/Pod cloudwatch-agent-\S+ is injected/);
    expect(bound.stderr).toContain("STS accepts its token");
  });
});

describe.each(["Deployment", "DaemonSet", "StatefulSet"])("a live %s", (kind) => {
  const name = `app-${kind.toLowerCase()}`;
  const named = `${kind.toLowerCase()}/${name}`;

  beforeAll(async () => {
    await cluster.apply(workload(kind, name));
    await cluster.runningPod(NAMESPACE, `app=${name}`);
  });

  test("is shown first, and nothing is written", async () => {
    const plan = await withoutWriting(world, () => useSa(named));
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.stdout).toContain("default → cloudwatch-agent");
    expect(plan.stdout).toContain("0 to create, 1 to change, 0 to delete");
    expect(await serviceAccountsOfPods(name)).toEqual(["default"]);
  });

  test("is bound, rolled out, and one of its new pods proved", async () => {
    const bound = await useSa(named, "--approve", "-o", "json");
    expect(bound).toMatchObject({ code: 0 });
    expect(JSON.parse(bound.stdout)).toMatchObject({
      command: "use-sa",
      state: "done",
      plan: { changes: [{ kind: "bindWorkload", before: { namespace: NAMESPACE, name: "default" } }] },
      result: {
        serviceAccount: { namespace: NAMESPACE, name: SERVICE_ACCOUNT },
        workloads: [
          {
            workload: { kind: named.split("/")[0], namespace: NAMESPACE, name },
            rollout: { state: "done", message: "1 pod" },
            pod: { state: "injected" },
          },
        ],
        proof: { state: "accepted" },
      },
    });
    expect(new Set(await serviceAccountsOfPods(name))).toEqual(new Set([SERVICE_ACCOUNT]));
  });
});

test("a CronJob is bound, and proved by a pod that is not kept", async () => {
  await cluster.apply(workload("CronJob", "report"));
  const bound = await useSa("cj/report", "--approve");
  expect(bound).toMatchObject({ code: 0 });
  expect(bound.stderr).toContain("A pod of cronjob/report would be injected");
  expect(bound.stderr).toContain("STS accepts its token");
  const plan = await useSa("cronjob/report", "--exit-code");
  expect(plan).toMatchObject({ code: 0 });
});

describe("what is refused, and nothing written", () => {
  const refused = async (...args: readonly string[]) => {
    const result = await withoutWriting(world, () => useSa(...args, "--approve"));
    return { ...result, said: result.stderr };
  };

  test("a Job, whose template is fixed", async () => {
    await cluster.apply(workload("Job", "once"));
    const { code, said } = await refused("job/once");
    expect(code).toBe(1);
    expect(said).toContain("the pod template of job/once can't be changed");
    expect(said).toContain("--name cloudwatch-agent -f job.yaml job/once");
  });

  test("what Helm keeps, with where to set it instead", async () => {
    const annotations = { "meta.helm.sh/release-name": "shop" };
    await cluster.apply(workload("Deployment", "helms", { annotations }));
    const { code, said } = await refused("deploy/helms");
    expect(code).toBe(1);
    expect(said).toContain(
      "deployment/helms is managed by Helm (release shop), which would revert its ServiceAccount",
    );
    expect(said).toContain("serviceAccount.name");
  });

  test("what is not there, and a ServiceAccount that is not", async () => {
    expect((await refused("deploy/absent")).said).toContain("deployment/absent not found in");
    const { said } = await refused("deploy/helms", "--name", "absent");
    expect(said).toContain("ServiceAccount amazon-cloudwatch/absent not found");
  });

  test("a live pod, and no workload at all", async () => {
    expect(await refused("pod/a")).toMatchObject({ code: 2 });
    expect(await refused()).toMatchObject({ code: 2 });
  });
});

test("an account whose token STS does not take is told before anything is written", async () => {
  await cluster.apply(
    JSON.stringify({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: {
        namespace: NAMESPACE,
        name: "lost",
        annotations: { "eks.amazonaws.com/role-arn": `arn:aws:iam::${world.aws.awsAccount}:role/gone` },
      },
    }),
  );
  await cluster.apply(workload("StatefulSet", "moving"));
  const plan = await withoutWriting(world, () =>
    run(["use-sa", "--cluster", CLUSTER_NAME, "-n", NAMESPACE, "--name", "lost", "statefulset/moving"]),
  );
  expect(plan).toMatchObject({ code: 0 });
  expect(plan.stdout).toContain("STS does not accept the token of amazon-cloudwatch/lost (AccessDenied)");
  expect(plan.stdout).toContain(`irsa verify --cluster ${CLUSTER_NAME} amazon-cloudwatch/lost`);
});

test("a pod that keeps the webhook away is found out", async () => {
  expect(await run(createSa(`${NAMESPACE}/another`, "--policy-arn", S3_READ, "--approve"))).toMatchObject({
    code: 0,
  });
  const skipped = JSON.parse(workload("Deployment", "skipped")) as Manifest;
  skipped.spec.template.metadata.labels["eks.amazonaws.com/skip-pod-identity-webhook"] = "false";
  await cluster.apply(JSON.stringify(skipped));
  await cluster.runningPod(NAMESPACE, "app=skipped");
  const { code, stderr } = await useSa("deploy/skipped", "--name", "another", "--approve");
  expect(code).toBe(1);
  expect(stderr).toMatch(/pod skipped-\S+ runs without its role/);
  expect(stderr).toContain("skip-pod-identity-webhook=false disables");
  expect(stderr).not.toContain("No changes made");
});

interface Manifest {
  readonly spec: { readonly template: { readonly metadata: { readonly labels: Record<string, string> } } };
}
