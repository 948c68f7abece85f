import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { runCommandLine } from "../../src/main.ts";
import { parseRoleArn, type RoleArn } from "../../src/model/arn.ts";
import { providersIn } from "../../src/model/trust-policy/providers-in.ts";
import { readTrust } from "../../src/model/trust-policy/read.ts";
import { NO_WAITING } from "../fakes/clock.ts";
import { Fleet, HOME, notAssumable } from "../fakes/fleet.ts";
import { heardSurroundings } from "../fakes/streams.ts";
import { aCluster, aServiceAccount, right } from "../fakes/values.ts";
import { World } from "../fakes/world.ts";
import { fileOf } from "../interruption/files.ts";
import { answerSchema, closed } from "../json/answer-schemas.ts";
import { roleOf, runOn, type Ran } from "./run.ts";

const ACCOUNTS = ["111111111111", "222222222222", "333333333333", "444444444444"] as const;
const [ONE, TWO, THREE, WITHOUT] = ACCOUNTS;
const WITH_ROLES = [ONE, TWO, THREE];
const targetsOf = (...accounts: readonly string[]): string =>
  fileOf(`targets-of-moves-${accounts.join("-")}.json`, {
    accounts: accounts.map((account_id) => ({
      account_id,
      name: `name-${account_id.slice(0, 1)}`,
      role: roleOf(account_id),
    })),
  });
const TARGETS = targetsOf(...ACCOUNTS);
const OLD = "https://oidc.eks.eu-west-1.amazonaws.com/id/0LD";
/** In an AWS account that is a target, too. */
const NEW = `arn:aws:eks:eu-west-1:${ONE}:cluster/main`;
const NEW_ISSUER = `oidc.eks.eu-west-1.amazonaws.com/id/${ONE}`;
/** A role of an AWS account. */
const inAccount = (awsAccount: string, name: string): RoleArn =>
  right(parseRoleArn(`arn:aws:iam::${awsAccount}:role/${name}`));

/** Roles of three AWS accounts trust their own provider of an issuer whose cluster is gone; a fourth has none. */
function fleet(): Fleet {
  const world = WITH_ROLES.reduce((all, awsAccount) => all.with(awsAccount, withRole), new Fleet());
  return world.with(WITHOUT);
}

function withRole(world: World): World {
  const { awsAccount } = world.cluster;
  const old = new World(aCluster({ arn: `arn:aws:eks:eu-west-1:${awsAccount}:cluster/old`, issuer: OLD }));
  const trust = old.trustOf({ serviceAccount: aServiceAccount("shop/cart") });
  return world.withRole(inAccount(awsAccount, "cart"), { trust });
}

const matches = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
  closed(answerSchema("migrate-trust")),
);

/** One after the other, so that it is certain what has been done by the time that something fails. */
const LINE = ["migrate-trust", "--from", OLD, "--to", NEW, "--targets", TARGETS, "--concurrency", "1"];
const migrate = (world: Fleet, ...words: readonly string[]): Promise<Ran> =>
  runOn(world, ...LINE, "--associate-oidc", ...words);

/** The AWS accounts in which something was written. */
function written({ worlds }: Fleet): readonly string[] {
  return [...worlds].flatMap(([awsAccount, { log }]) => (log.writes.length > 0 ? [awsAccount] : []));
}

/** The providers that the role of an AWS account trusts. */
function trusted({ worlds }: Fleet, awsAccount: string): readonly string[] {
  const role = worlds.get(awsAccount)?.role(inAccount(awsAccount, "cart")).role;
  return role === undefined ? [] : providersIn(readTrust(role.trust)).toSorted();
}

const provider = (awsAccount: string, hostPath: string): string =>
  `arn:aws:iam::${awsAccount}:oidc-provider/${hostPath}`;

interface Answer {
  readonly result: {
    readonly digest: string;
    readonly summary: Readonly<Record<string, number>>;
    readonly missing: readonly { readonly target: string; readonly error: { readonly code: string } }[];
    readonly targets: readonly {
      readonly state: string;
      readonly to: { readonly provider: string; readonly cluster: { readonly awsAccount: string } };
      readonly roles: readonly { readonly role: string; readonly state: string }[];
    }[];
  };
}

function answerOf({ out }: Ran): Answer["result"] {
  const answer: Answer = JSON.parse(out);
  expect(matches(answer) ? [] : matches.errors).toEqual([]);
  return answer.result;
}

describe("migrate-trust --targets", () => {
  it("only shows the plans without --approve", async () => {
    const world = fleet();
    const { code, out } = await migrate(world);
    expect([code, written(world)]).toEqual([0, []]);
    expect(out).toContain("1 role · 1 to create, 1 to change, 0 to delete");
    expect(out).toContain("name-4  444444444444  no role trusts the old issuer");
    expect(out).toMatch(/Plan: 3 to create, 3 to change, .* in 3 of 4 AWS accounts\. {5}digest/);
    expect(out).toContain("No changes made. Re-run with --approve to apply.");
  });

  it("lets the roles of each AWS account trust its own provider of the new issuer", async () => {
    const world = fleet();
    const { code, out } = await migrate(world, "--approve");
    expect([code, written(world)]).toEqual([0, WITH_ROLES]);
    for (const awsAccount of WITH_ROLES)
      expect(trusted(world, awsAccount)).toEqual(
        [provider(awsAccount, OLD.slice(8)), provider(awsAccount, NEW_ISSUER)].toSorted(),
      );
    expect(out).toContain("Applied: 3 created, 3 changed, 0 deleted, in 3 of 3 AWS accounts.");
    const again = await migrate(world, "--approve");
    expect([again.code, again.out]).toEqual([0, expect.stringContaining("1 role · no changes")]);
  });

  it("lets them trust the new issuer alone with --replace", async () => {
    const world = fleet();
    expect((await migrate(world, "--replace", "--approve")).code).toBe(0);
    for (const awsAccount of WITH_ROLES)
      expect(trusted(world, awsAccount)).toEqual([provider(awsAccount, NEW_ISSUER)]);
    const after = await migrate(world);
    expect([after.code, after.out]).toEqual([0, expect.stringContaining(`No role trusts ${OLD}`)]);
  });

  it("calls no cluster of a target, and EKS for the new cluster alone", async () => {
    const world = fleet();
    for (const { log } of world.worlds.values()) log.deny("eks.listClusters");
    world.worlds.get(TWO)?.log.deny("eks.describeCluster");
    expect((await migrate(world, "--approve")).code).toBe(0);
  });

  it("answers for each AWS account as a run of it alone, with the plans on stderr", async () => {
    const world = fleet();
    const ran = await migrate(world, "--approve", "-o", "json");
    const { summary, targets, missing } = answerOf(ran);
    expect([ran.code, missing]).toEqual([0, []]);
    expect(summary).toMatchObject({ targets: 4, roles: 3, differing: 3, create: 3, change: 3 });
    expect(targets.map(({ state }) => state)).toEqual(["done", "done", "done", "nothingToDo"]);
    expect(targets[1]?.to).toMatchObject({
      provider: provider(TWO, NEW_ISSUER),
      cluster: { arn: NEW, awsAccount: ONE },
    });
    expect(targets[1]?.roles).toMatchObject([{ role: inAccount(TWO, "cart"), state: "applied" }]);
    expect(ran.err).toContain("Plan: 3 to create");
  });

  it("applies the plans that were reviewed, and no others", async () => {
    const world = fleet();
    const { digest } = answerOf(await migrate(world, "-o", "json"));
    const refused = await migrate(world, "--approve", "--expect-plan", digest.replaceAll(/./g, "0"));
    expect([refused.code, written(world)]).toEqual([1, []]);
    expect(refused.err).toContain("the plan has changed: its digest is not");
    const { code } = await migrate(world, "--approve", "--expect-plan", digest.slice(0, 16));
    expect([code, written(world)]).toEqual([0, WITH_ROLES]);
  });

  it("writes nothing where an AWS account is denied, unless so many may fail", async () => {
    const world = fleet();
    world.onAssume.push(async (role) => {
      if (role === roleOf(TWO)) throw notAssumable(role);
    });
    const refused = await migrate(world, "--approve");
    expect([refused.code, written(world)]).toEqual([4, []]);
    expect(refused.err).toContain("1 target can't be planned completely");
    const ran = await migrate(world, "--approve", "--max-failures", "1", "-o", "json");
    expect([ran.code, written(world)]).toEqual([4, [ONE, THREE]]);
    expect(answerOf(ran).missing).toMatchObject([{ target: "name-2", error: { code: "access-denied" } }]);
  });

  it("writes nothing where the new issuer has no provider and may not get one", async () => {
    const world = fleet();
    const { code, out } = await runOn(world, ...LINE, "--approve");
    expect([code, written(world)]).toEqual([1, []]);
    expect(out).toContain(`AWS account ${TWO} has no IAM OIDC provider for cluster 'main'`);
    expect(out).toContain("name-4  444444444444  no role trusts the old issuer");
    expect(out).toContain("4 targets: 1 complete, 3 missing");
  });

  it("begins no further AWS account after one that failed, and the same command completes the rest", async () => {
    const world = fleet();
    world.worlds.get(TWO)?.log.deny("iam.setTrust");
    const ran = await migrate(world, "--approve", "-o", "json");
    expect(ran.code).toBe(4);
    expect(answerOf(ran).missing.map(({ target, error }) => [target, error.code])).toEqual([
      ["name-2", "incomplete"],
      ["name-3", "not-started"],
      ["name-4", "not-started"],
    ]);
    expect(world.worlds.get(THREE)?.log.writes).toEqual([]);
    world.worlds.get(TWO)?.log.clear();
    expect((await migrate(world, "--approve")).code).toBe(0);
    expect((await migrate(world, "--exit-code")).code).toBe(0);
  });

  it("does nothing in an AWS account whose plan is another than the one that was shown", async () => {
    const world = fleet();
    let assumed = 0;
    world.onAssume.push(async (role) => {
      const place = world.worlds.get(TWO);
      if (role !== roleOf(TWO) || place === undefined || (assumed += 1) < 2) return;
      const { trust } = place.role(inAccount(TWO, "cart")).role;
      place.withRole(inAccount(TWO, "added-since"), { trust });
    });
    const ran = await migrate(world, "--approve", "--max-failures", "1", "-o", "json");
    expect(ran.code).toBe(1);
    expect(answerOf(ran).missing).toMatchObject([{ target: "name-2", error: { code: "other-plan" } }]);
    expect(written(world)).toEqual([ONE, THREE]);
  });

  it("is complete where someone else has done the rest in the meantime", async () => {
    const world = fleet();
    let assumed = 0;
    world.onAssume.push(async (role) => {
      if (role !== roleOf(TWO) || (assumed += 1) !== 2) return;
      const ends = ["--from", OLD, "--to", NEW, "--targets", targetsOf(ONE, TWO)];
      await runOn(world, "migrate-trust", ...ends, "--associate-oidc", "--approve", "--max-failures", "2");
    });
    const { code, out } = await migrate(world, "--approve");
    expect(code).toBe(0);
    expect(out).toContain("Applied: 2 created, 2 changed, 0 deleted, in 2 of 3 AWS accounts.");
    expect(out).not.toContain("to complete the rest");
  });

  it.each(["text", "json"])(
    "finishes what is in flight when interrupted, and names every AWS account (%s)",
    async (format) => {
      const world = fleet();
      const surroundings = heardSurroundings();
      let assumed = 0;
      world.onAssume.push(async (role) => {
        if (role === roleOf(TWO) && (assumed += 1) === 2)
          surroundings.interruption.interrupt({ kind: "signal", signal: "SIGINT" });
      });
      const words = [...LINE, "--associate-oidc", "--approve", "-o", format];
      const code = await runCommandLine(words, {
        ...surroundings,
        network: world.network(),
        clock: NO_WAITING,
      });
      const { stdout, stderr } = surroundings.streams.heard;
      expect([code, written(world)]).toEqual([130, [ONE]]);
      expect([...stdout, ...stderr].join("")).toContain("interrupted: 2 of 3 AWS accounts not completed");
      expect((await migrate(world, "--approve")).code).toBe(0);
      expect(written(world)).toEqual(WITH_ROLES);
    },
  );

  it("takes the new cluster's issuer alone where every AWS account has its provider", async () => {
    const world = fleet();
    await migrate(world, "--approve");
    const replace = ["--replace", "--approve"];
    const line = ["migrate-trust", "--from", OLD, "--to", NEW_ISSUER, "--targets", TARGETS];
    expect((await runOn(world, ...line, ...replace)).code).toBe(0);
    for (const awsAccount of WITH_ROLES)
      expect(trusted(world, awsAccount)).toEqual([provider(awsAccount, NEW_ISSUER)]);
  });

  it("finds a cluster of the caller's AWS account, which needs not be a target", async () => {
    const world = fleet();
    const home = `arn:aws:eks:eu-west-1:${HOME}:cluster/home`;
    const line = ["migrate-trust", "--from", OLD, "--to", home, "--targets", TARGETS, "--associate-oidc"];
    expect((await runOn(world, ...line, "--approve")).code).toBe(0);
    expect(trusted(world, TWO)).toContain(provider(TWO, "oidc.eks.eu-west-1.amazonaws.com/id/H0ME"));
  });

  it("has permissions printed that suffice, without those to list clusters", async () => {
    const { code, out } = await runOn(fleet(), "permissions", "migrate-trust", "--targets", TARGETS);
    expect([code, out]).toEqual([0, expect.stringContaining("sts:AssumeRole")]);
    expect(out).not.toContain("eks:ListClusters");
    expect((await runOn(fleet(), "permissions", "apply", "--targets", TARGETS)).out).toContain(
      "eks:ListClusters",
    );
  });

  it("covers the AWS accounts of an organization", async () => {
    const world = fleet();
    ACCOUNTS.forEach((awsAccount) => world.organization.withAccount(awsAccount));
    const covering = ["--organization", "--assume-role", "audit", "--associate-oidc", "--approve"];
    const { code } = await runOn(world, "migrate-trust", "--from", OLD, "--to", NEW, ...covering);
    expect([code, written(world)]).toEqual([0, WITH_ROLES]);
  });

  it.each([
    [["--to", "green"], "could be a cluster in several AWS accounts; use its ARN, or its issuer URL"],
    [
      ["--from", provider(ONE, OLD.slice(8))],
      `is the provider of one AWS account; use the issuer URL, ${OLD}`,
    ],
    [["--to", NEW_ISSUER], "requires a cluster as --to"],
    [["--from", NEW], "--from and --to have the same issuer"],
    [
      ["--to", "arn:aws:eks:eu-west-1:555555555555:cluster/main"],
      "--to is in AWS account 555555555555, which is neither the caller's nor a target",
    ],
    [["--targets", targetsOf(ONE, TWO, ONE)], `AWS account ${ONE} is in two targets`],
    [["--max-failures", "x"], "Use 0 or more."],
    [["--organization"], "can't be combined with --targets"],
  ])("refuses %j", async (words, message) => {
    const world = fleet();
    const { code, err } = await migrate(world, ...words);
    expect([code, err, written(world)]).toEqual([2, expect.stringContaining(message), []]);
  });

  it.each(["--max-failures", "--concurrency"])("refuses %s for one AWS account", async (flag) => {
    const line = ["migrate-trust", "--from", OLD, "--to", NEW, flag, "1"];
    const { code, err } = await runOn(fleet(), ...line);
    expect([code, err]).toEqual([2, expect.stringContaining("requires --targets or --organization")]);
  });
});
