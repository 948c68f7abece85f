import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { fileOf } from "../interruption/files.ts";
import { Fleet, HOME, notAssumable } from "../fakes/fleet.ts";
import { broken, jsonOf, roleOf, runOn, type Ran } from "./run.ts";

const [ONE, TWO, THREE] = ["111111111111", "222222222222", "333333333333"] as const;

const fleet = (): Fleet => new Fleet().with(ONE, broken).with(TWO).with(THREE, broken);

function targetsFile(...entries: readonly object[]): string {
  return fileOf(`targets-${JSON.stringify(entries).length}.json`, { accounts: entries });
}

const entry = (awsAccount: string, more: object = {}): object => ({
  account_id: awsAccount,
  name: `name-${awsAccount.slice(0, 1)}`,
  role: roleOf(awsAccount),
  ...more,
});
const ALL = targetsFile(entry(ONE), entry(TWO), entry(THREE));

const run = (world: Fleet, ...words: readonly string[]): Promise<Ran> => runOn(world, "audit", ...words);

/** An answer without the times at which its targets were read. */
function timeless({ result: { targets, ...result }, ...answer }: Answer): object {
  return { ...answer, result: { ...result, targets: targets.map((one) => ({ ...one, readAt: null })) } };
}

interface Answer {
  readonly clusters: readonly { readonly arn: string }[];
  readonly result: {
    readonly summary: Readonly<Record<string, number>>;
    readonly missing: readonly { readonly target: string; readonly error: { readonly code: string } }[];
    readonly targets: readonly {
      readonly name: string;
      readonly awsAccount: string;
      readonly readAt: string;
      readonly findings: readonly { readonly rule: string }[];
    }[];
  };
}

const json = jsonOf("audit");
const read = (ran: Ran): Answer => JSON.parse(json(ran));

async function answered(
  world: Fleet,
  ...words: readonly string[]
): Promise<{ code: number; answer: Answer }> {
  const ran = await run(world, ...words, "-o", "json");
  return { code: ran.code, answer: read(ran) };
}

describe("audit --targets", () => {
  it("audits each AWS account with its own credentials, in the order of the file", async () => {
    const { code, answer } = await answered(fleet(), "--targets", ALL);
    expect(code).toBe(3);
    expect(answer.result.targets.map(({ name, findings }) => [name, findings.length])).toEqual([
      ["name-1", 2],
      ["name-2", 0],
      ["name-3", 2],
    ]);
    expect(answer.result.missing).toEqual([]);
    expect(answer.result.summary).toMatchObject({
      targets: 3,
      complete: 3,
      partial: 0,
      missing: 0,
      high: 2,
      low: 2,
    });
    expect(answer.clusters.map(({ arn }) => arn)).toEqual(
      [ONE, TWO, THREE].map((one) => `arn:aws:eks:eu-west-1:${one}:cluster/main`),
    );
  });

  it("is the same in any order of completion, and with any concurrency", async () => {
    const slowFirst = fleet();
    slowFirst.onAssume.push(async (role) => {
      if (role === roleOf(ONE)) for (let turns = 0; turns < 500; turns += 1) await Promise.resolve();
    });
    const { answer: one } = await answered(fleet(), "--targets", ALL, "--concurrency", "1");
    const { answer: three } = await answered(slowFirst, "--targets", ALL, "--concurrency", "3");
    expect(timeless(three)).toEqual(timeless(one));
  });

  it("answers with the others where a target can't be read, and says why", async () => {
    const world = fleet();
    world.onAssume.push(async (role) => {
      if (role === roleOf(TWO)) throw notAssumable(role);
    });
    const { code, answer } = await answered(world, "--targets", ALL);
    expect(code).toBe(4);
    expect(answer.result.targets.map(({ name }) => name)).toEqual(["name-1", "name-3"]);
    expect(answer.result.missing).toMatchObject([
      { target: "name-2", awsAccount: TWO, region: null, cluster: null, error: { code: "access-denied" } },
    ]);
    const { out } = await run(world, "--targets", ALL);
    expect(out).toContain(`✓ name-1  ${ONE}  1 cluster · 1 high, 1 low`);
    expect(out).toContain(`✗ name-2  ${TWO}  not permitted: sts:AssumeRole`);
    expect(out).toContain("3 targets: 2 complete, 1 missing\n  2 high, 2 low");
  });

  it("exits 1 where what is missing was not denied, and 0 where nothing is found", async () => {
    const world = fleet();
    const file = targetsFile(entry(TWO), entry(ONE));
    world.onAssume.push(async (role) => {
      if (role === roleOf(ONE)) throw new Failure("failed", "throttled", "sts:AssumeRole: throttled");
    });
    expect((await run(world, "--targets", file)).code).toBe(1);
    expect((await run(world, "--targets", targetsFile(entry(TWO)))).code).toBe(0);
  });

  it("refuses credentials of another AWS account than the file names", async () => {
    const world = fleet();
    world.lies.set(roleOf(TWO), THREE);
    const { code, answer } = await answered(world, "--targets", ALL);
    expect(code).toBe(1);
    expect(answer.result.missing).toMatchObject([{ target: "name-2", error: { code: "other-aws-account" } }]);
    expect(answer.result.targets.map(({ awsAccount }) => awsAccount)).toEqual([ONE, THREE]);
  });

  it("takes a profile instead of a role, and holds its AWS account against the file too", async () => {
    const right = targetsFile({ account_id: ONE, profile: ONE });
    expect((await answered(fleet(), "--targets", right)).answer.result.targets).toHaveLength(1);
    const wrong = targetsFile({ account_id: ONE, profile: TWO });
    const { code, answer } = await answered(fleet(), "--targets", wrong);
    expect(code).toBe(1);
    expect(answer.result.missing).toMatchObject([{ target: ONE, error: { code: "other-aws-account" } }]);
  });

  it("gives a role its external ID, and shows it nowhere", async () => {
    const world = fleet();
    const file = targetsFile(entry(ONE, { external_id: "s3cret-external-id" }), entry(TWO));
    for (const format of ["json", "table"]) {
      const { out, err } = await run(world, "--targets", file, "-o", format, "--debug");
      expect(out + err).not.toContain("s3cret");
    }
    expect(Object.fromEntries(world.externalIds)).toEqual({
      [roleOf(ONE)]: "s3cret-external-id",
      [roleOf(TWO)]: undefined,
    });
  });

  it("tells a region and a cluster that are missing, and keeps the rest of the target", async () => {
    const world = fleet();
    const file = targetsFile(entry(ONE, { clusters: ["main", "typo"] }));
    const { code, answer } = await answered(world, "--targets", file);
    expect(code).toBe(1);
    expect(answer.result.summary).toMatchObject({ complete: 0, partial: 1, missing: 0, high: 1 });
    expect(answer.result.missing).toMatchObject([
      { target: "name-1", region: null, cluster: "typo", error: { code: "no-cluster" } },
    ]);
  });
});

describe("audit --all-clusters", () => {
  it("covers the caller's own AWS account", async () => {
    const { code, answer } = await answered(fleet(), "--all-clusters", "--region", "eu-west-1");
    expect(code).toBe(0);
    expect(answer.result.targets).toMatchObject([{ name: HOME, awsAccount: HOME, findings: [] }]);
  });
});

describe("the flags", () => {
  it.each([
    [["--targets", ALL, "--cluster", "main"], "--cluster can't be combined with --targets"],
    [["--all-clusters", "--context", "main"], "--context can't be combined with --all-clusters"],
    [["--targets", ALL, "--all-clusters"], "--all-clusters can't be combined with --targets"],
    [
      ["--concurrency", "4", "--cluster", "main"],
      "--concurrency '4' requires --targets, --organization or --all-clusters",
    ],
    [["--targets", ALL, "--concurrency", "65"], "use 1 to 64"],
    [
      ["--targets", ALL, "-o", "name"],
      "many targets are reported as table, json, sarif, asff, ocsf or markdown",
    ],
    [["--targets", "/nowhere.yml"], "--targets '/nowhere.yml' can't be read: no such file"],
    [["--all-clusters", "--region", "eu-west-1,a b"], "--region 'a b' is not a valid AWS region"],
  ])("%j are refused: %s", async (words, message) => {
    const { code, err } = await run(fleet(), ...words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
