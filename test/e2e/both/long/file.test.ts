import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DetachRolePolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorld } from "../../../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { clusterOf, type Cluster } from "../../cluster.ts";
import { S3_READ } from "../../commands.ts";
import { irsa } from "../../irsa.ts";
import { roleOf, snapshot, withoutWriting } from "../../observe-world.ts";

let world: World;
let cluster: Cluster;
let folder: string;

beforeAll(async () => {
  world = await startWorld();
  cluster = clusterOf(world);
  folder = await mkdtemp(join(tmpdir(), "irsa-file-"));
});
afterAll(async () => {
  await world?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true });
});
beforeEach(() => world.aws.clearFaults());

const run = (args: readonly string[], input?: string) =>
  irsa(args, world.environmentOf("admin"), { cwd: folder, ...(input !== undefined && { input }) });

const serviceAccount = (path: string, rest = `attachPolicyARNs: ["${S3_READ}"]`): string => {
  const [namespace, name] = path.split("/");
  return `  - { metadata: { namespace: ${namespace}, name: ${name} }, ${rest} }\n`;
};

function fileOf(serviceAccounts: readonly string[], withOidc = true): string {
  const head = `apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: { name: ${CLUSTER_NAME}, region: ${world.aws.region} }\n`;
  return `${head}iam:\n  withOIDC: ${withOidc}\n  serviceAccounts:\n${serviceAccounts.join("")}`;
}

const roleArn = async (path: string): Promise<string> => {
  const [namespace = "", name = ""] = path.split("/");
  return (await cluster.annotations(namespace, name))?.["eks.amazonaws.com/role-arn"] ?? "";
};
const FLEET = ["payments/reader", "payments/writer", "search/indexer"];

describe("a file of ServiceAccounts", () => {
  test("is planned without writing, and the plan names the command", async () => {
    await writeFile(join(folder, "fleet.yaml"), fileOf(FLEET.map((path) => serviceAccount(path))));
    const plan = await withoutWriting(world, () => run(["plan", "-f", "fleet.yaml"]));
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.stdout).toContain("3 ServiceAccounts: 0 up to date, 3 to create or change");
    expect(plan.stdout).toMatch(/\+ Provider +\+ the cluster's issuer/);
    expect(plan.stdout).toContain("irsa apply -f fleet.yaml --approve");
  });

  test("stops without a provider unless the file asks for one", async () => {
    const text = fileOf(
      FLEET.map((path) => serviceAccount(path)),
      false,
    );
    const stopped = await withoutWriting(world, () => run(["apply", "-f", "-", "--approve"], text));
    expect(stopped).toMatchObject({ code: 1 });
    expect(stopped.stderr).toContain("has no IAM OIDC provider");
    expect(stopped.stderr).toContain("irsa associate-oidc");
  });

  test("is applied with its provider, and STS accepts every account", async () => {
    const applied = await run(["apply", "-f", "fleet.yaml", "--approve", "--wait"]);
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.stdout).toContain("All 3 ServiceAccounts are up to date.");
    expect(applied.stderr).toContain("STS accepts the tokens of 3 ServiceAccounts");
    for (const path of FLEET) {
      const role = await roleOf(world.aws.iam(), (await roleArn(path)).split("/").at(-1) ?? "");
      expect(role).toMatchObject({ attached: [S3_READ], arn: await roleArn(path) });
    }
    expect(Object.keys((await snapshot(world)).providers)).toHaveLength(1);
  });

  test("again: no write on the wire, no drift", async () => {
    for (const command of [
      ["apply", "-f", "fleet.yaml", "--approve"],
      ["plan", "-f", "fleet.yaml", "--detect-drift"],
    ]) {
      const again = await withoutWriting(world, () => run(command));
      expect(again).toMatchObject({ code: 0 });
      expect(again.stdout).toContain("Nothing to do. All 3 ServiceAccounts are up to date.");
    }
  });

  test("drift is found (exit 3) and repaired", async () => {
    const name = (await roleArn("payments/reader")).split("/").at(-1) ?? "";
    await world.aws.iam().send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn: S3_READ }));
    const drift = await withoutWriting(world, () => run(["plan", "-f", "fleet.yaml", "--detect-drift"]));
    expect(drift).toMatchObject({ code: 3 });
    expect(drift.stdout).toMatch(/~ payments\/reader +role \S+: \+ policy AmazonS3ReadOnlyAccess/);
    expect(await run(["apply", "-f", "fleet.yaml", "--approve"])).toMatchObject({ code: 0 });
    expect(await run(["plan", "-f", "fleet.yaml", "--detect-drift"])).toMatchObject({ code: 0 });
  });

  test("one ServiceAccount that can't be planned is a row, and the rest are made", async () => {
    const text = fileOf([serviceAccount("mixed/default"), serviceAccount("mixed/right")]);
    const applied = await run(["apply", "-f", "-", "--approve"], text);
    expect(applied).toMatchObject({ code: 1 });
    expect(applied.stdout).toMatch(/! mixed\/default +'default' is the ServiceAccount of every pod/);
    expect(applied.stdout).toContain("1 of 2 ServiceAccounts are up to date; 1 failed to plan.");
    expect(await roleArn("mixed/right")).toMatch(/:role\//);
  });

  test("one ServiceAccount that fails holds up no other, is named, and the same command finishes it", async () => {
    await writeFile(
      join(folder, "three.yaml"),
      fileOf(["late/a", "late/b", "late/c"].map((path) => serviceAccount(path))),
    );
    world.aws.fail({ action: "iam:AttachRolePolicy", when: "before", status: 403, code: "AccessDenied" });
    const first = await run(["apply", "-f", "three.yaml", "--approve"]);
    expect(first).toMatchObject({ code: 4 });
    expect(first.stderr).toContain("1 of 3 ServiceAccounts not completed");
    expect(first.stderr).toContain("Run the same command again to complete the rest");
    expect(await run(["apply", "-f", "three.yaml", "--approve"])).toMatchObject({ code: 0 });
    expect(await run(["plan", "-f", "three.yaml", "--detect-drift"])).toMatchObject({ code: 0 });
  });

  test("-o json tells every ServiceAccount", async () => {
    const answer = JSON.parse((await run(["plan", "-f", "fleet.yaml", "-o", "json"])).stdout) as {
      readonly state: string;
      readonly result: { readonly serviceAccounts: readonly object[] };
    };
    expect(answer).toMatchObject({ state: "nothingToDo" });
    expect(answer.result.serviceAccounts).toContainEqual({
      serviceAccount: { namespace: "search", name: "indexer" },
      state: "inSync",
      way: "irsa",
      role: await roleArn("search/indexer"),
      audience: "sts.amazonaws.com",
    });
  });

  test("--leave-existing leaves somebody else's ServiceAccounts out, and says which", async () => {
    const body = { metadata: { name: "theirs" } };
    await cluster.core.createNamespacedServiceAccount({ namespace: "default", body });
    const text = fileOf([serviceAccount("default/theirs"), serviceAccount("narrow/mine")]);
    const left = await run(["apply", "-f", "-", "--leave-existing", "--approve"], text);
    expect(left).toMatchObject({ code: 0 });
    expect(left.stdout).toContain("skipped (already exist and not managed by irsa): default/theirs");
    expect(await run(["apply", "-f", "-", "--approve"], text)).toMatchObject({ code: 1 });
  });

  test("--include and --only-missing narrow what is touched", async () => {
    const text = fileOf([serviceAccount("narrow/a"), serviceAccount("narrow/b")]);
    expect(await run(["apply", "-f", "-", "--include", "*/a", "--approve"], text)).toMatchObject({ code: 0 });
    expect(await roleArn("narrow/b")).toBe("");
    const more = `attachPolicyARNs: ["${S3_READ}", "arn:aws:iam::aws:policy/AmazonSQSFullAccess"]`;
    const changed = fileOf([serviceAccount("narrow/a", more), serviceAccount("narrow/b")]);
    const applied = await run(["apply", "-f", "-", "--only-missing", "--approve"], changed);
    expect(applied).toMatchObject({ code: 0 });
    const role = await roleOf(world.aws.iam(), (await roleArn("narrow/a")).split("/").at(-1) ?? "");
    expect(role.attached).toEqual([S3_READ]);
    expect(await roleArn("narrow/b")).toMatch(/:role\//);
  });
});

test("what is live is printed as a file that plans to no change", async () => {
  const live = await run(["get-sa", "--cluster", CLUSTER_NAME, "-o", "clusterconfig"]);
  expect(live).toMatchObject({ code: 0 });
  const plan = await withoutWriting(world, () => run(["plan", "-f", "-", "--detect-drift"], live.stdout));
  expect(plan).toMatchObject({ code: 0 });
  expect(plan.stdout).toContain("ServiceAccounts are up to date");
});

describe("a set", () => {
  const names = ["s1", "s2", "s3", "s4", "s5", "s6"];
  const textOf = (count: number) =>
    fileOf(names.slice(0, count).map((name) => serviceAccount(`set/${name}`)));
  const apply = (count: number, ...more: readonly string[]) =>
    run(["apply", "-f", "-", "--set", "fleet", "--approve", ...more], textOf(count));

  test("is pruned of what the file does not name any more, and of nothing else", async () => {
    expect(await apply(6)).toMatchObject({ code: 0 });
    expect(await run(["apply", "-f", "-", "--approve"], fileOf([serviceAccount("set/other")]))).toMatchObject(
      {
        code: 0,
      },
    );
    const gone = (await roleArn("set/s6")).split("/").at(-1) ?? "";
    const pruned = await apply(5, "--prune");
    expect(pruned).toMatchObject({ code: 0 });
    expect(pruned.stdout).toContain("- set/s6");
    expect(await cluster.annotations("set", "s6")).toBeUndefined();
    await expect(roleOf(world.aws.iam(), gone)).rejects.toMatchObject({ name: "NoSuchEntityException" });
    expect(await roleArn("set/other")).toMatch(/:role\//);
    expect(await withoutWriting(world, () => apply(5, "--prune"))).toMatchObject({ code: 0 });
  });

  test("is not pruned of more than a fifth by accident", async () => {
    const refused = await withoutWriting(world, () => apply(2, "--prune"));
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain("--prune-max 3");
  });

  test.each([
    [["--prune"], "requires --set NAME"],
    [["--set", "fleet", "--prune", "--include", "a/*"], "can't be used with --prune"],
    [["--set", "a b"], "is not a valid set name"],
  ])("%j stops before anything is read", async (flags, expected) => {
    const refused = await run(["apply", "-f", "-", "--approve", ...flags], textOf(1));
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain(expected);
  });
});

describe("what is wrong with a file stops before anything is read", () => {
  test("all of it together, with places", async () => {
    world.aws.clearCalls();
    const text = fileOf([serviceAccount("Bad/name"), serviceAccount("a/b", "attachPolicyArns: []")]);
    const refused = await run(["apply", "-f", "-", "--approve"], text);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("stdin:7:30");
    expect(refused.stderr).toContain("did you mean 'attachPolicyARNs'?");
    expect(world.aws.calls()).toEqual([]);
  });

  test.each([
    [["-f", "nowhere.yaml"], "--filename 'nowhere.yaml' can't be read"],
    [["-f", "fleet.yaml", "--cluster", "other"], "--cluster 'other' does not match the file's metadata"],
    [["-f", "fleet.yaml", "--role-path", "x"], "--role-path 'x'"],
  ])("%j", async (args, expected) => {
    const refused = await run(["plan", ...args]);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain(expected);
  });
});
