import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { runCommandLine } from "../../src/main.ts";
import { NO_WAITING } from "../fakes/clock.ts";
import { Fleet, notAssumable } from "../fakes/fleet.ts";
import { heardSurroundings } from "../fakes/streams.ts";
import { CLOUDWATCH } from "../fakes/values.ts";
import { fileOf } from "../interruption/files.ts";
import { answerSchema, closed } from "../json/answer-schemas.ts";
import { roleOf, runOn, type Ran } from "./run.ts";

const ACCOUNTS = ["111111111111", "222222222222", "333333333333"] as const;
const [ONE, TWO, THREE] = ACCOUNTS;
const TARGETS = fileOf("targets-of-applies.json", {
  accounts: ACCOUNTS.map((account_id) => ({
    account_id,
    name: `name-${account_id.slice(0, 1)}`,
    role: roleOf(account_id),
  })),
});
const FILE = fileOf("applied-everywhere.json", {
  apiVersion: "eksctl.io/v1alpha5",
  kind: "ClusterConfig",
  iam: {
    withOIDC: true,
    serviceAccounts: [{ metadata: { namespace: "shop", name: "cart" }, attachPolicyARNs: [CLOUDWATCH] }],
  },
});

const fleet = (): Fleet => new Fleet().with(ONE).with(TWO).with(THREE);
const matches = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(closed(answerSchema("apply")));

/** One after the other, so that it is certain what has been done by the time that something fails. */
const apply = (world: Fleet, ...words: readonly string[]): Promise<Ran> =>
  runOn(world, "apply", "-f", FILE, "--targets", TARGETS, "--concurrency", "1", ...words);

/** The AWS accounts in which something was written. */
function written({ worlds }: Fleet): readonly string[] {
  return [...worlds].flatMap(([awsAccount, { log }]) => (log.writes.length > 0 ? [awsAccount] : []));
}

interface Answer {
  readonly result: {
    readonly digest: string;
    readonly summary: Readonly<Record<string, number>>;
    readonly missing: readonly { readonly target: string; readonly error: { readonly code: string } }[];
    readonly targets: readonly { readonly clusters: readonly { readonly state: string }[] }[];
  };
}

function answerOf({ out }: Ran): Answer["result"] {
  const answer: Answer = JSON.parse(out);
  expect(matches(answer) ? [] : matches.errors).toEqual([]);
  return answer.result;
}

describe("apply --targets", () => {
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
    const { summary, targets, missing } = answerOf(ran);
    expect([ran.code, missing]).toEqual([0, []]);
    expect(summary).toMatchObject({ targets: 3, clusters: 3, differing: 3, create: 12 });
    expect(targets.flatMap(({ clusters }) => clusters.map(({ state }) => state))).toEqual([
      "done",
      "done",
      "done",
    ]);
    expect(ran.err).toContain("Plan: 12 to create");
    const again = answerOf(await apply(world, "--approve", "-o", "json"));
    expect(again.targets.flatMap(({ clusters }) => clusters.map(({ state }) => state))).toEqual(
      Array.from({ length: 3 }, () => "nothingToDo"),
    );
  });

  it("applies the plans that were reviewed, and no others", async () => {
    const world = fleet();
    const { digest } = answerOf(await apply(world, "-o", "json"));
    const refused = await apply(world, "--approve", "--expect-plan", digest.replaceAll(/./g, "0"));
    expect([refused.code, written(world)]).toEqual([1, []]);
    expect(refused.err).toContain("the plan has changed: its digest is not");
    const { code } = await apply(world, "--approve", "--expect-plan", digest.slice(0, 16));
    expect([code, written(world)]).toEqual([0, ACCOUNTS]);
  });

  it("writes nothing where a target can't be planned, unless so many may fail", async () => {
    const world = fleet();
    world.onAssume.push(async (role) => {
      if (role === roleOf(TWO)) throw notAssumable(role);
    });
    const refused = await apply(world, "--approve");
    expect([refused.code, written(world)]).toEqual([4, []]);
    expect(refused.err).toContain("1 target can't be planned completely");
    const ran = await apply(world, "--approve", "--max-failures", "1", "-o", "json");
    expect([ran.code, written(world)]).toEqual([4, [ONE, THREE]]);
    expect(answerOf(ran).missing).toMatchObject([{ target: "name-2", error: { code: "access-denied" } }]);
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
    expect(err).toContain("is for typo: no such cluster found among the targets");
  });

  it("begins no further AWS account after one that failed, and the same command completes the rest", async () => {
    const world = fleet();
    world.worlds.get(TWO)?.log.deny("iam.createRole");
    const ran = await apply(world, "--approve", "-o", "json");
    expect(ran.code).toBe(4);
    expect(answerOf(ran).missing.map(({ target, error }) => [target, error.code])).toEqual([
      ["name-2", "incomplete"],
      ["name-3", "not-started"],
    ]);
    expect(world.worlds.get(THREE)?.log.writes).toEqual([]);
    world.worlds.get(TWO)?.log.clear();
    const { code } = await apply(world, "--approve");
    expect(code).toBe(0);
    expect((await apply(world, "--exit-code")).code).toBe(0);
  });

  it("goes on after failures with --max-failures", async () => {
    const world = fleet();
    world.worlds.get(TWO)?.log.deny("iam.createRole");
    const { code, out } = await apply(world, "--approve", "--max-failures", "1");
    expect(code).toBe(4);
    expect(out).toContain("Applied: 8 created, 0 changed, 0 deleted, in 2 of 3 clusters.");
    expect(out).toContain("Run the same command again to complete the rest.");
  });

  it("does nothing in a cluster whose plan is another than the one that was shown", async () => {
    const world = fleet();
    let assumed = 0;
    world.onAssume.push(async (role) => {
      if (role !== roleOf(TWO)) return;
      assumed += 1;
      if (assumed > 1) world.worlds.get(TWO)?.withNamespace("shop");
    });
    const ran = await apply(world, "--approve", "--max-failures", "1", "-o", "json");
    expect(ran.code).toBe(1);
    expect(answerOf(ran).missing).toMatchObject([{ target: "name-2", error: { code: "other-plan" } }]);
    expect(written(world)).toEqual([ONE, THREE]);
  });

  it.each(["text", "json"])(
    "finishes what is in flight when interrupted, and names every cluster (%s)",
    async (format) => {
      const world = fleet();
      const surroundings = heardSurroundings();
      let assumed = 0;
      world.onAssume.push(async (role) => {
        if (role === roleOf(TWO) && (assumed += 1) === 2)
          surroundings.interruption.interrupt({ kind: "signal", signal: "SIGINT" });
      });
      const words = [
        "apply",
        "-f",
        FILE,
        "--targets",
        TARGETS,
        "--concurrency",
        "1",
        "--approve",
        "-o",
        format,
      ];
      const code = await runCommandLine(words, {
        ...surroundings,
        network: world.network(),
        clock: NO_WAITING,
      });
      const { stdout, stderr } = surroundings.streams.heard;
      const printed = [...stdout, ...stderr].join("");
      expect([code, written(world)]).toEqual([130, [ONE]]);
      expect(printed).toContain("interrupted: 2 of 3 clusters not completed");
      expect(printed).not.toContain("No changes made.");
      expect((await apply(world, "--approve")).code).toBe(0);
      expect(written(world)).toEqual(ACCOUNTS);
    },
  );

  it.each([
    [["--max-failures", "x"], "Use 0 or more."],
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
