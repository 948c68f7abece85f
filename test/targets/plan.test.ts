import { describe, expect, it } from "vitest";
import { Fleet, notAssumable } from "../fakes/fleet.ts";
import { CLOUDWATCH } from "../fakes/values.ts";
import { fileOf } from "../interruption/files.ts";
import { jsonOf, roleOf, runOn, targetsFile, type Ran } from "./run.ts";

const [ONE, TWO, THREE] = ["111111111111", "222222222222", "333333333333"] as const;
const TARGETS = targetsFile("targets-of-plans.json", ONE, TWO, THREE);

const irsa = (name: string) => ({ metadata: { namespace: "shop", name }, attachPolicyARNs: [CLOUDWATCH] });

/** A ClusterConfig with these ServiceAccounts. */
function config(name: string, metadata: object | undefined, ...serviceAccounts: readonly string[]): string {
  return fileOf(`${name}.json`, {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    ...(metadata !== undefined && { metadata }),
    iam: { withOIDC: true, serviceAccounts: serviceAccounts.map(irsa) },
  });
}

const inAccount = (awsAccount: string, more: object = {}) => ({
  name: "main",
  region: "eu-west-1",
  annotations: { "irsa/aws-account": awsAccount },
  ...more,
});

const EVERYWHERE = config("everywhere", undefined, "cart");
const IN_ONE = config("in-one", inAccount(ONE), "till");
const IN_TWO = config("in-two", inAccount(TWO), "desk");

interface ClusterPlan {
  readonly arn: string;
  readonly state: string;
  readonly plan: { readonly digest: string; readonly changes: readonly object[] };
  readonly serviceAccounts: readonly {
    readonly serviceAccount: { readonly name: string };
    readonly state: string;
  }[];
}

interface Answer {
  readonly clusters: readonly object[];
  readonly result: {
    readonly digest: string;
    readonly summary: Readonly<Record<string, number>>;
    readonly unmatched: readonly object[];
    readonly missing: readonly object[];
    readonly targets: readonly { readonly name: string; readonly clusters: readonly ClusterPlan[] }[];
  };
}

const fleet = (): Fleet => new Fleet().with(ONE).with(TWO).with(THREE);
const json = jsonOf("plan");
const read = (ran: Ran): Answer => JSON.parse(json(ran));

const plan = (world: Fleet, ...words: readonly string[]): Promise<Ran> =>
  runOn(world, "plan", "--targets", TARGETS, ...words);

async function answered(world: Fleet, ...words: readonly string[]) {
  const ran = await plan(world, ...words, "-o", "json");
  return { code: ran.code, ...read(ran) };
}

/** The names of the ServiceAccounts that are planned in each target's cluster. */
function names({ targets }: Answer["result"]): readonly (readonly string[])[] {
  return targets.map(({ clusters }) =>
    clusters.flatMap(({ serviceAccounts }) =>
      serviceAccounts.map(({ serviceAccount }) => serviceAccount.name),
    ),
  );
}

describe("plan --targets", () => {
  it("plans a file without metadata for every cluster, and one with metadata for its own beside", async () => {
    const { code, result, clusters } = await answered(fleet(), "-f", EVERYWHERE, "-f", IN_ONE);
    expect([code, clusters.length]).toEqual([0, 3]);
    expect(names(result)).toEqual([["cart", "till"], ["cart"], ["cart"]]);
    expect(result.summary).toMatchObject({
      targets: 3,
      complete: 3,
      clusters: 3,
      differing: 3,
      withoutFile: 0,
      serviceAccounts: 4,
      failed: 0,
    });
  });

  it("plans for a cluster what a run of it alone plans", async () => {
    const { result } = await answered(fleet(), "-f", IN_ONE, "-f", IN_TWO);
    const own = await runOn(fleet(), "plan", "-f", IN_ONE, "--profile", ONE, "-o", "json");
    const { plan: alone, state, result: rows } = JSON.parse(own.out);
    const [cluster] = result.targets[0]?.clusters ?? [];
    expect(cluster).toEqual({
      name: "main",
      arn: `arn:aws:eks:eu-west-1:${ONE}:cluster/main`,
      notRead: [],
      plan: alone,
      state,
      steps: [],
      ...rows,
    });
  });

  it("leaves clusters that no file is for alone, and counts them", async () => {
    const { code, result } = await answered(fleet(), "-f", IN_ONE);
    expect([code, names(result)]).toEqual([0, [["till"], [], []]]);
    expect(result.summary).toMatchObject({ clusters: 1, withoutFile: 2 });
  });

  it.each([
    [{ name: "main" }, 3],
    [{ region: "eu-west-1" }, 3],
    [{ annotations: { "irsa/aws-account": TWO } }, 1],
    [{ name: "other", annotations: { "irsa/aws-account": TWO } }, 0],
    [{ region: "us-east-1" }, 0],
  ])("selects with metadata %j", async (metadata, count) => {
    const file = config(`selects-${JSON.stringify(metadata).length}`, metadata, "cart");
    const { result } = await answered(fleet(), "-f", file);
    expect(names(result).flat()).toHaveLength(count);
    expect(result.unmatched).toHaveLength(count === 0 ? 1 : 0);
  });

  it("fails for a file that is for none of the clusters, and plans the others", async () => {
    const file = config("nowhere", { name: "typo", region: "eu-west-1" }, "cart");
    const { code, result } = await answered(fleet(), "-f", IN_ONE, "-f", file);
    expect([code, names(result)[0]]).toEqual([1, ["till"]]);
    expect(result.unmatched).toEqual([
      { file, line: 1, name: "typo", region: "eu-west-1", awsAccount: null },
    ]);
    const { out } = await plan(fleet(), "-f", IN_ONE, "-f", file);
    expect(out).toContain("(typo in eu-west-1)");
  });

  it("refuses a name and region that clusters in several AWS accounts have", async () => {
    const file = config("ambiguous", { name: "main", region: "eu-west-1" }, "cart");
    for (const format of ["text", "json", "markdown"]) {
      const { code, err, out } = await plan(fleet(), "-f", file, "-o", format);
      expect(code).toBe(2);
      expect(err + out).toContain("is the name of clusters in 3 AWS accounts");
    }
  });

  it("shows each target, what is planned in its clusters, and the sum", async () => {
    const { code, out } = await plan(fleet(), "-f", EVERYWHERE, "-f", IN_ONE, "-f", IN_TWO);
    expect(code).toBe(0);
    expect(out).toContain(`✓ name-1  ${ONE}  1 cluster · 6 to create, 0 to change, 0 to delete\n`);
    expect(out).toMatch(/cluster main in eu-west-1\n[^]*\+ shop\/cart .*\+ role/);
    expect(out).toMatch(
      /3 targets: 3 complete\n[^]*Plan: 16 to create, .* in 3 of 3 clusters\. {5}digest [0-9a-f]{16}\n/,
    );
  });

  it.each([
    ["--exit-code", 3],
    ["--detect-drift", 3],
  ])("exits with 3 for changes with %s", async (flag, code) => {
    expect((await plan(fleet(), "-f", IN_ONE, flag)).code).toBe(code);
  });

  it("is the others' plan where a target is missing, of which the exit code tells", async () => {
    const world = fleet();
    world.onAssume.push(async (role) => {
      if (role === roleOf(TWO)) throw notAssumable(role);
    });
    const { code, result } = await answered(world, "-f", EVERYWHERE, "--exit-code");
    expect([code, names(result)]).toEqual([4, [["cart"], ["cart"]]]);
    expect(result.missing).toMatchObject([{ target: "name-2", error: { code: "access-denied" } }]);
  });

  it("has a digest of all plans, which is another where one plan is", async () => {
    const digestOf = async (...words: readonly string[]) => (await answered(fleet(), ...words)).result.digest;
    const both = await digestOf("-f", IN_ONE, "-f", IN_TWO);
    expect(await digestOf("-f", IN_TWO, "-f", IN_ONE, "--concurrency", "1")).toBe(both);
    expect(await digestOf("-f", IN_ONE)).not.toBe(both);
    const changed = config("in-two-changed", inAccount(TWO), "desk", "drawer");
    expect(await digestOf("-f", IN_ONE, "-f", changed)).not.toBe(both);
  });

  it("is a comment in Markdown that begins as every run over these targets does", async () => {
    const { out } = await plan(fleet(), "-f", EVERYWHERE, "-o", "markdown");
    const { result } = await answered(fleet(), "-f", EVERYWHERE);
    const [first] = out.split("\n");
    expect(first).toMatch(new RegExp(`^<!-- irsa-plan targets-[0-9a-f]{8} ${result.digest} -->$`));
    expect(out).toContain("### irsa plan: 3 clusters — ");
    expect(out).toContain(`| name-2 | ${TWO} | `);
    expect(out).toMatch(
      /<summary>name-3, AWS account 333333333333<\/summary>\n\n```diff\ncluster main in eu-west-1\n[^]*\n\+ shop\/cart/,
    );
  });
});

describe("files for many clusters", () => {
  it("are refused before any call where they contradict each other", async () => {
    const world = fleet();
    const again = config("again", inAccount(ONE), "cart");
    const { code, err } = await plan(world, "-f", EVERYWHERE, "-f", again);
    expect(code).toBe(2);
    expect(err).toContain("'shop/cart' is a duplicate of ServiceAccount, first defined at");
    expect(world.externalIds.size).toBe(0);
  });

  it("that contradict each other in one cluster are missing in it alone", async () => {
    const byName = config("by-name", { name: "main" }, "cart");
    const byRegion = config(
      "by-region",
      { region: "eu-west-1", annotations: { "irsa/aws-account": TWO } },
      "cart",
    );
    const { code, result } = await answered(fleet(), "-f", byName, "-f", byRegion);
    expect([code, names(result)]).toEqual([1, [["cart"], [], ["cart"]]]);
    expect(result.missing).toMatchObject([
      { target: "name-2", cluster: "main", error: { code: "invalid-input" } },
    ]);
  });

  it.each([
    ["12345678901", "is not a valid AWS account ID; use 12 digits, in quotes"],
    ["shop", "is not a valid AWS account ID; use 12 digits, in quotes"],
  ])("are refused with AWS account %j", async (awsAccount, message) => {
    const { code, err } = await plan(fleet(), "-f", config("bad-account", inAccount(awsAccount), "cart"));
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it("for one cluster alone are refused in another AWS account than theirs", async () => {
    const { code, err } = await runOn(fleet(), "plan", "-f", IN_ONE, "--profile", TWO);
    expect(code).toBe(2);
    expect(err).toContain(`the file's cluster is in AWS account ${ONE}, but the credentials are for ${TWO}`);
  });

  it("without a name are refused for one cluster alone", async () => {
    const { code, err } = await runOn(fleet(), "plan", "-f", EVERYWHERE, "--profile", TWO);
    expect(code).toBe(2);
    expect(err).toContain("metadata must be set");
  });
});

describe("--prune over targets", () => {
  it("fails for a cluster that files define no ServiceAccounts for, and plans the others", async () => {
    const none = config("none-in-two", inAccount(TWO));
    const { code, result } = await answered(fleet(), "-f", IN_ONE, "-f", none, "--set", "base", "--prune");
    expect([code, names(result)[0]]).toEqual([1, ["till"]]);
    expect(result.missing).toMatchObject([{ target: "name-2", cluster: "main" }]);
  });
});

describe("the flags", () => {
  it.each([
    [["--cluster", "main"], "--cluster can't be combined with --targets"],
    [["--kubeconfig", "x"], "--kubeconfig can't be combined with --targets"],
    [["--all-clusters"], "--all-clusters can't be combined with --targets"],
    [["--resume", "x"], "unknown option '--resume'"],
  ])("%j is refused", async (words, message) => {
    const { code, err } = await plan(fleet(), "-f", IN_ONE, ...words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
