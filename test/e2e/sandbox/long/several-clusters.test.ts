import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { S3_READ } from "../../commands.ts";
import { startTwoClusters, type TwoClusters } from "../../two-clusters.ts";

let world: TwoClusters;

const BOTH = ["--cluster", "blue", "--cluster", "green"];
const REPORTS = [
  ["audit", "-o", "json", "--fail-on", "never"],
  ["audit", "-o", "sarif", "--fail-on", "never"],
  ["audit", "-o", "markdown", "--fail-on", "never"],
  ["audit", "--fail-on", "never"],
  ["graph", "-o", "json"],
  ["graph"],
  ["graph", "-o", "dot"],
  ["graph", "-o", "mermaid"],
];

beforeAll(async () => {
  world = await startTwoClusters();
  const { run, clusters } = world;
  for (const cluster of ["blue", "green"]) {
    await succeeds(["associate-oidc", "--cluster", cluster, "--approve"]);
    const serviceAccount = ["--cluster", cluster, "--namespace", "shop", "--name", "cart"];
    await succeeds(["create-sa", ...serviceAccount, "--policy-arn", S3_READ, "--approve", "--no-wait"]);
  }
  await clusters.green.apply(`
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: shop, name: web, annotations: { eks.amazonaws.com/role-arn: "${await roleOf("blue")}" } }
`);
  async function succeeds(args: readonly string[]): Promise<void> {
    const { code, stderr } = await run(args);
    expect(stderr + code).toMatch(/0$/);
  }
});
afterAll(async () => world?.sandbox.stop());
beforeEach(() => world.sandbox.aws.faults.clear());

async function roleOf(cluster: string): Promise<string> {
  const { stdout } = await world.run(["get-sa", "--cluster", cluster, "--name", "cart", "-o", "json"]);
  return (
    (
      JSON.parse(stdout) as {
        readonly result: { readonly serviceAccounts: readonly { readonly role: string }[] };
      }
    ).result.serviceAccounts[0]?.role ?? ""
  );
}

async function json<T>(args: readonly string[]): Promise<T & { readonly code: number }> {
  const { code, stdout } = await world.run([...args, "-o", "json"]);
  const { result, ...envelope } = JSON.parse(stdout) as { readonly result: T };
  return { ...envelope, ...result, code };
}

interface Report {
  readonly clusters: readonly { readonly name: string }[];
  readonly findings: readonly {
    readonly rule: string;
    readonly subject: { readonly name: string; readonly cluster?: { readonly name: string } | null };
  }[];
  readonly notRead: readonly { readonly what: string; readonly code: string }[];
}

interface Picture extends Pick<Report, "notRead"> {
  readonly nodes: readonly {
    readonly id: string;
    readonly kind: string;
    readonly label: string;
    readonly cluster?: { readonly name: string };
    readonly state: string;
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly state: string }[];
}

describe("two clusters of one AWS account", () => {
  test("audit judges each ServiceAccount by its own issuer, and names the cluster", async () => {
    const { clusters, findings, notRead, code } = await json<Report>(["audit", ...BOTH]);
    expect(clusters.map(({ name }) => name)).toEqual(["blue", "green"]);
    expect(notRead).toEqual([]);
    const refused = findings.filter(({ rule }) => rule === "annotation-refused");
    expect(refused.map(({ subject }) => subject)).toMatchObject([
      { namespace: "shop", name: "web", cluster: expect.objectContaining({ name: "green" }) },
    ]);
    expect(findings.map(({ rule }) => rule)).not.toContain("deleted-issuer");
    expect(code).toBe(3);
  });

  test("audit of one does not take the other's role for one of a cluster that is gone", async () => {
    const { findings } = await json<Report>(["audit", "--cluster", "blue"]);
    expect(findings.map(({ rule }) => rule)).toEqual(["no-workload"]);
  });

  test("who-can tells the two ServiceAccounts of one name apart", async () => {
    const role = await roleOf("green");
    const { subjects } = await json<{ readonly subjects: readonly object[] }>(["who-can", role, ...BOTH]);
    expect(subjects).toMatchObject([
      { cluster: { name: "green" }, serviceAccount: { namespace: "shop", name: "cart" }, verdict: "allow" },
    ]);
  });

  test("graph draws both, and the way from one to the other's role", async () => {
    const { nodes, edges, code } = await json<Picture>(["graph", ...BOTH]);
    const role = await roleOf("blue");
    const serviceAccounts = nodes.filter(({ kind }) => kind === "serviceAccount");
    expect(serviceAccounts.map(({ cluster, label, state }) => [cluster?.name, label, state])).toEqual([
      ["blue", "cart", "idle"],
      ["green", "cart", "idle"],
      ["green", "web", "broken"],
    ]);
    expect(
      edges.filter(({ to }) => to === role).map(({ from, state }) => [from.split("cluster/")[1], state]),
    ).toEqual([
      ["blue/shop/cart", "works"],
      ["green/shop/web", "broken"],
    ]);
    expect(code).toBe(0);
  });

  test.each(REPORTS)(
    "%s twice, and by the other way to list roles, gives the same bytes",
    async (...args) => {
      const [one, again] = await Promise.all([world.run([...args, ...BOTH]), world.run([...args, ...BOTH])]);
      world.sandbox.aws.faults.deny({ action: "iam:GetAccountAuthorizationDetails" });
      const other = await world.run([...args, ...BOTH]);
      expect(one.stdout.length).toBeGreaterThan(100);
      expect([again.code, untimed(again.stdout)]).toEqual([one.code, untimed(one.stdout)]);
      expect([other.code, untimed(other.stdout)]).toEqual([one.code, untimed(one.stdout)]);
    },
  );

  test("--context with several is refused before anything is read", async () => {
    const { code, stderr } = await world.run(["graph", ...BOTH, "--context", "blue"]);
    expect(stderr).toContain("--kubeconfig and --context can't be used with more than one cluster");
    expect(code).toBe(2);
  });

  test("one of them out of reach: the other is told, what is missing is said, and the exit code says so", async () => {
    await world.sandbox.clusters[1]?.stop();
    const { notRead, nodes, code } = await json<Picture>(["graph", ...BOTH]);
    expect(notRead).toMatchObject([
      { what: "EC2NodeClass objects of green", code: "unreachable" },
      { what: "NodeClass objects of green", code: "unreachable" },
      { what: "ServiceAccounts of green", code: "unreachable" },
      { what: "nodes of green", code: "unreachable" },
      { what: "pods of green", code: "unreachable" },
    ]);
    const serviceAccounts = nodes.filter(({ kind }) => kind === "serviceAccount");
    expect(serviceAccounts.map(({ cluster, label, state }) => [cluster?.name, label, state])).toEqual([
      ["blue", "cart", "idle"],
      ["green", "cart", "unknown"],
    ]);
    expect(code).toBe(1);
  });
});

describe("two clusters in two regions", () => {
  let apart: TwoClusters;
  beforeAll(async () => void (apart = await startTwoClusters("us-east-1")));
  afterAll(async () => apart?.sandbox.stop());

  test("are each read in their own", async () => {
    const arns = apart.sandbox.clusters.map(({ arn }) => arn);
    const { code, stdout } = await apart.run([
      "graph",
      "-o",
      "json",
      ...arns.flatMap((arn) => ["--cluster", arn]),
    ]);
    const { nodes, notRead } = (JSON.parse(stdout) as { readonly result: Picture }).result;
    expect(notRead).toEqual([]);
    expect(nodes.map(({ id }) => id)).toEqual(arns.toSorted());
    expect(new Set(arns.map((arn) => arn.split(":")[3]))).toEqual(new Set(["eu-west-1", "us-east-1"]));
    expect(code).toBe(0);
  });
});

/** All but the moment at which it was read. */
function untimed(text: string): string {
  return text.replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, "NOW");
}
