import { describe, expect, it } from "vitest";
import { parseRoleArn, type RoleArn } from "../../src/model/arn.ts";
import { providersIn } from "../../src/model/trust-policy/providers-in.ts";
import { readTrust } from "../../src/model/trust-policy/read.ts";
import { Fleet, HOME } from "../fakes/fleet.ts";
import { aCluster, aServiceAccount, right } from "../fakes/values.ts";
import { World } from "../fakes/world.ts";
import { approvalCases } from "./approval-cases.ts";
import { jsonOf, roleOf, runOn, targetsFile, written, type Ran } from "./run.ts";

const ACCOUNTS = ["111111111111", "222222222222", "333333333333", "444444444444"] as const;
const [ONE, TWO, THREE, WITHOUT] = ACCOUNTS;
const WITH_ROLES = [ONE, TWO, THREE];
const targetsOf = (...accounts: readonly string[]): string =>
  targetsFile(`targets-of-moves-${accounts.join("-")}.json`, ...accounts);
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

/** One after the other, so that it is certain what has been done by the time that something fails. */
const WORDS = ["--from", OLD, "--to", NEW, "--targets", TARGETS, "--concurrency", "1"] as const;
const migrate = (world: Fleet, ...words: readonly string[]): Promise<Ran> =>
  runOn(world, "migrate-trust", ...WORDS, "--associate-oidc", ...words);

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

const json = jsonOf("migrate-trust");
const read = (ran: Ran): Answer => JSON.parse(json(ran));

describe("migrate-trust --targets", () => {
  approvalCases({
    line: ["migrate-trust", ...WORDS, "--associate-oidc"],
    fleet,
    noun: "AWS account",
    call: "iam.setTrust",
    alter(world) {
      const { awsAccount } = world.cluster;
      const { trust } = world.role(inAccount(awsAccount, "cart")).role;
      world.withRole(inAccount(awsAccount, "added-since"), { trust });
    },
    others: ["name-4"],
  });

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

  it("says of roles that were excluded not that none trusts the old issuer", async () => {
    const { out } = await migrate(fleet(), "--exclude", "*");
    expect(out).toContain("name-1  111111111111  no selected role trusts the old issuer");
    expect(out).toContain(`No selected role trusts ${OLD}`);
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
    const { summary, targets, missing } = read(ran).result;
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

  it("writes nothing where the new issuer has no provider and may not get one", async () => {
    const world = fleet();
    const { code, out } = await runOn(world, "migrate-trust", ...WORDS, "--approve");
    expect([code, written(world)]).toEqual([1, []]);
    expect(out).toContain(`AWS account ${TWO} has no IAM OIDC provider for cluster 'main'`);
    expect(out).toContain("name-4  444444444444  no role trusts the old issuer");
    expect(out).toContain("4 targets: 1 complete, 3 missing");
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
    [["--max-failures", "x"], "use 0 or more"],
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
