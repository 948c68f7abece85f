import { describe, expect, it } from "vitest";
import { Fleet } from "../fakes/fleet.ts";
import { CLOUDWATCH } from "../fakes/values.ts";
import { fileOf } from "../interruption/files.ts";
import { approvalCases } from "./approval-cases.ts";
import { jsonOf, runOn, targetsFile, written, type Ran } from "./run.ts";

const ACCOUNTS = ["111111111111", "222222222222", "333333333333"] as const;
const [ONE, TWO, THREE] = ACCOUNTS;
const TARGETS = targetsFile("targets-of-applies.json", ...ACCOUNTS);
const FILE = fileOf("applied-everywhere.json", {
  apiVersion: "eksctl.io/v1alpha5",
  kind: "ClusterConfig",
  iam: {
    withOIDC: true,
    serviceAccounts: [{ metadata: { namespace: "shop", name: "cart" }, attachPolicyARNs: [CLOUDWATCH] }],
  },
});

const fleet = (): Fleet => new Fleet().with(ONE).with(TWO).with(THREE);

/** One after the other, so that it is certain what has been done by the time that something fails. */
const LINE = ["apply", "-f", FILE, "--targets", TARGETS, "--concurrency", "1"] as const;
const apply = (world: Fleet, ...words: readonly string[]): Promise<Ran> => runOn(world, ...LINE, ...words);

interface Answer {
  readonly result: {
    readonly digest: string;
    readonly summary: Readonly<Record<string, number>>;
    readonly missing: readonly { readonly target: string; readonly error: { readonly code: string } }[];
    readonly targets: readonly { readonly clusters: readonly { readonly state: string }[] }[];
  };
}

const json = jsonOf("apply");
const read = (ran: Ran): Answer => JSON.parse(json(ran));

describe("apply --targets", () => {
  approvalCases({
    line: [...LINE],
    fleet,
    noun: "cluster",
    call: "iam.createRole",
    alter: (world) => world.withNamespace("shop"),
  });

  it("only shows the plans without --approve", async () => {
    const world = fleet();
    const { code, out } = await apply(world);
    expect([code, written(world)]).toEqual([0, []]);
    expect(out).toContain("No changes made. Re-run with --approve to apply.");
  });

  it("applies what it has shown in every cluster, and then there is nothing to do", async () => {
    const world = fleet();
    const { code, out } = await apply(world, "--approve");
    expect([code, written(world)]).toEqual([0, ACCOUNTS]);
    expect(out).toMatch(/Plan: 12 to create, .* in 3 of 3 clusters\. {5}digest/);
    expect(out).toContain("Applied: 12 created, 0 changed, 0 deleted, in 3 of 3 clusters.");
    const again = await apply(world, "--approve");
    expect([again.code, again.out]).toEqual([0, expect.stringContaining("no changes")]);
    expect(again.out).not.toContain("Applied");
  });

  it("answers for each cluster as a run of it alone, with the plans on stderr", async () => {
    const world = fleet();
    const ran = await apply(world, "--approve", "-o", "json");
    const { summary, targets, missing } = read(ran).result;
    expect([ran.code, missing]).toEqual([0, []]);
    expect(summary).toMatchObject({ targets: 3, clusters: 3, differing: 3, create: 12 });
    expect(targets.flatMap(({ clusters }) => clusters.map(({ state }) => state))).toEqual([
      "done",
      "done",
      "done",
    ]);
    expect(ran.err).toContain("Plan: 12 to create");
    const again = read(await apply(world, "--approve", "-o", "json")).result;
    expect(again.targets.flatMap(({ clusters }) => clusters.map(({ state }) => state))).toEqual(
      Array.from({ length: 3 }, () => "nothingToDo"),
    );
  });

  it("writes nothing where a file is for none of the clusters", async () => {
    const world = fleet();
    const typo = fileOf("applied-nowhere.json", {
      apiVersion: "eksctl.io/v1alpha5",
      kind: "ClusterConfig",
      metadata: { name: "typo" },
    });
    const { code, err } = await apply(world, "-f", typo, "--approve");
    expect([code, written(world)]).toEqual([1, []]);
    expect(err).toMatch(/no cluster found for \S+ \(typo\)/);
  });

  it("goes on after failures with --max-failures", async () => {
    const world = fleet();
    world.worlds.get(TWO)?.log.deny("iam.createRole");
    const { code, out } = await apply(world, "--approve", "--max-failures", "1");
    expect(code).toBe(4);
    expect(out).toContain("Applied: 8 created, 0 changed, 0 deleted, in 2 of 3 clusters.");
    expect(out).toContain("Run the same command again to complete the rest.");
  });

  it.each([
    [["--max-failures", "x"], "use 0 or more"],
    [["--cluster", "main"], "--cluster can't be combined with --targets"],
  ])("refuses %j", async (words, message) => {
    const { code, err } = await apply(fleet(), ...words);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it("refuses --max-failures for one cluster", async () => {
    const { code, err } = await runOn(fleet(), "apply", "-f", FILE, "--max-failures", "1");
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/--max-failures +'1' requires --targets, --organization/),
    ]);
  });
});
