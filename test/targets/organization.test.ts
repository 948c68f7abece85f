import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { Fleet, HOME } from "../fakes/fleet.ts";
import { jsonOf, type Ran, runOn } from "./run.ts";

const [ONE, TWO, THREE] = ["111111111111", "222222222222", "333333333333"] as const;

/** Home and ONE are in the root, TWO in a unit, THREE in a unit of that, with an account that is suspended. */
function fleet(): Fleet {
  const world = new Fleet().with(ONE).with(TWO).with(THREE);
  world.organization
    .withUnit("ou-root-workload")
    .withUnit("ou-root-production", "ou-root-workload")
    .withAccount(THREE, "ou-root-production")
    .withAccount("444444444444", "ou-root-production", "SUSPENDED")
    .withAccount(TWO, "ou-root-workload")
    .withAccount(ONE)
    .withAccount(HOME);
  return world;
}

interface Answer {
  readonly result: {
    readonly summary: Readonly<Record<string, number>>;
    readonly missing: readonly object[];
    readonly leftOut?: readonly object[];
    readonly targets: readonly { readonly awsAccount: string; readonly clusters: readonly object[] }[];
  };
}

const run = (world: Fleet, ...words: readonly string[]) => runOn(world, "get-sa", ...words);

const ALL = ["--organization", "--assume-role", "teams/audit"];
const json = jsonOf("get-sa");
const read = (ran: Ran): Answer => JSON.parse(json(ran));

async function answered(world: Fleet, ...words: readonly string[]): Promise<Answer["result"]> {
  return read(await run(world, ...words, "-o", "json")).result;
}

describe("--organization", () => {
  it("covers every active account, each with its role, and the caller's own without one", async () => {
    const world = fleet();
    const { targets, missing, leftOut } = await answered(world, ...ALL);
    expect(targets.map(({ awsAccount }) => awsAccount)).toEqual([ONE, TWO, THREE, HOME]);
    expect(missing).toEqual([]);
    expect(leftOut).toEqual([{ awsAccount: "444444444444", name: "name-4", state: "SUSPENDED" }]);
    expect([...world.externalIds.keys()]).toEqual(
      [ONE, TWO, THREE].map((one) => `arn:aws:iam::${one}:role/teams/audit`),
    );
  });

  it("says which accounts are left out, and why", async () => {
    const { code, out, err } = await run(fleet(), ...ALL);
    expect([code, out.includes("4 targets: 4 complete")]).toEqual([0, true]);
    expect(err).toContain("AWS account 444444444444 (name-4) is left out: its state is SUSPENDED");
  });

  it.each([
    [["ou-root-workload"], [TWO, THREE]],
    [["ou-root-production"], [THREE]],
    [
      ["ou-root-production", "ou-root-workload"],
      [TWO, THREE],
    ],
  ])("covers units %j with all below them, each account once", async (units, wanted) => {
    const { targets } = await answered(fleet(), ...ALL, ...units.flatMap((unit) => ["--ou", unit]));
    expect(targets.map(({ awsAccount }) => awsAccount)).toEqual(wanted);
  });

  it("covers clusters with a tag alone", async () => {
    const { targets } = await answered(fleet(), ...ALL, "--cluster-tag", "env=prod");
    expect(targets.map(({ clusters }) => clusters.length)).toEqual([0, 0, 0, 0]);
  });

  it("fails where accounts may not be listed, and says who may", async () => {
    const world = fleet();
    world.organization.refusal = new Failure(
      "denied",
      "access-denied",
      "not permitted: organizations:ListAccounts",
    );
    const { code, err } = await run(world, ...ALL);
    expect(code).toBe(4);
    expect(err).toContain("not permitted: organizations:ListAccounts");
    expect(err).toContain("management account, or of a delegated administrator");
  });

  it("fails for a unit that does not exist, and for one without an active account", async () => {
    const missing = await run(fleet(), ...ALL, "--ou", "ou-root-nowheres");
    expect([missing.code, missing.err]).toEqual([
      2,
      expect.stringContaining("--ou 'ou-root-nowheres' not found in the organization"),
    ]);
    const world = fleet();
    world.organization.withUnit("ou-root-emptyone");
    const empty = await run(world, ...ALL, "--ou", "ou-root-emptyone");
    expect([empty.code, empty.err]).toEqual([1, expect.stringContaining("no active AWS account found")]);
  });

  it.each([
    [["--organization"], "--organization requires --assume-role"],
    [["--organization", "--assume-role", "/audit"], "--assume-role '/audit' is not a valid role name"],
    [["--organization", "--assume-role", "a b"], "--assume-role 'a b' is not a valid role name"],
    [[...ALL, "--ou", "production"], "--ou 'production' is not a valid ID of an organizational unit"],
    [[...ALL, "--cluster-tag", "prod"], "--cluster-tag 'prod' is not a tag; use KEY=VALUE"],
    [[...ALL, "--all-clusters"], "--organization can't be combined with --all-clusters"],
    [[...ALL, "--cluster", "main"], "--cluster can't be combined with --organization"],
    [["--ou", "ou-root-workload"], "--ou 'ou-root-workload' requires --organization"],
    [["--cluster-tag", "env=prod"], "--cluster-tag 'env=prod' requires --organization or --all-clusters"],
  ])("%j is refused: %s", async (words, message) => {
    const { code, err } = await run(fleet(), ...words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
