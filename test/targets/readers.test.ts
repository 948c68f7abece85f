import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { parseRoleArn, type RoleArn } from "../../src/model/arn.ts";
import { WELL_KNOWN_POLICIES } from "../../src/config/well-known-policies/catalog.ts";
import { everyVersion } from "../../src/config/well-known-policies/versions.ts";
import { OPEN_TO_PODS } from "../fakes/eksctl-account.ts";
import { Fleet, notAssumable } from "../fakes/fleet.ts";
import { right } from "../fakes/values.ts";
import type { World } from "../fakes/world.ts";
import { fileOf } from "../interruption/files.ts";
import { jsonOf, roleOf, runOn, targetsFile, type Ran } from "./run.ts";

const [ONE, TWO, THREE] = ["111111111111", "222222222222", "333333333333"] as const;
const FILE = targetsFile("targets-of-readers.json", ONE, TWO, THREE);

const BY_PROFILE = fileOf("targets-by-profile.json", { accounts: [{ account_id: ONE, profile: ONE }] });

/** A ServiceAccount whose role does not exist, with a pod that has no credentials; and one with a role of an old policy. */
const broken = (world: World): World =>
  world
    .withProvider()
    .withServiceAccount("shop/cart")
    .withDeployment("shop/web", "cart")
    .withServiceAccount("shop/cart", {
      annotations: { [ROLE_ANNOTATION]: `arn:aws:iam::${world.cluster.awsAccount}:role/gone` },
    })
    .withRole(arnOf(world, "dns"), { trust: trustPolicy([OPEN_TO_PODS]) }, { inline: { dns: EARLIER } })
    .withAssociation("shop/dns", arnOf(world, "dns"));

const dns = WELL_KNOWN_POLICIES.find(({ field }) => field === "externalDNS");
const old = dns && everyVersion(dns).find(({ by }) => by === "irsa 0.1.0, eksctl 0.230");
const EARLIER = { Version: "2012-10-17", Statement: old?.statements ?? [] };

function arnOf(world: World, name: string): RoleArn {
  return right(parseRoleArn(`arn:aws:iam::${world.cluster.awsAccount}:role/${name}`));
}

const fleet = (): Fleet => new Fleet().with(ONE, broken).with(TWO).with(THREE, broken);

interface Answer {
  readonly cluster?: unknown;
  readonly clusters: readonly object[];
  readonly result: {
    readonly summary: Readonly<Record<string, number>>;
    readonly missing: readonly object[];
    readonly targets: readonly {
      readonly name: string;
      readonly clusters: readonly Readonly<Record<string, unknown>>[];
    }[];
  };
}

const run = (world: Fleet, line: string): Promise<Ran> => runOn(world, ...line.split(" "));

/** Each reader: its command line, its list, the exit code where the list is as in `fleet`, and how it is counted there. */
const READERS = [
  ["get-sa", "serviceAccounts", 0, { serviceAccounts: 4, drifted: 4 }, "4 ServiceAccounts, 4 drifted"],
  [
    "get-sa --exit-code",
    "serviceAccounts",
    3,
    { serviceAccounts: 4, drifted: 4 },
    "4 ServiceAccounts, 4 drifted",
  ],
  ["stale-pods", "stale", 3, { stale: 2 }, "2 stale workloads"],
  ["verify --all", "chains", 3, { chains: 4, broken: 4 }, "4 ServiceAccounts, 4 broken"],
  ["what-can shop/dns", "roles", 0, { roles: 2 }, "2 roles"],
  ["policies --outdated", "policies", 3, { policies: 2, outdated: 2 }, "2 policies, 2 outdated"],
] as const;

describe.each(READERS)("%s --targets", (line, list, code, counts, sum) => {
  const command = line.split(" ")[0] ?? "";
  const json = jsonOf(command);
  const read = (ran: Ran): Answer => JSON.parse(json(ran));

  async function answered(world: Fleet): Promise<{ code: number; answer: Answer }> {
    const ran = await run(world, `${line} --targets ${FILE} -o json`);
    return { code: ran.code, answer: read(ran) };
  }

  it("answers for each cluster as a run of it alone, in the order of the file", async () => {
    const { code: ended, answer } = await answered(fleet());
    expect([ended, answer.result.missing]).toEqual([code, []]);
    expect(answer.result.summary).toMatchObject({ targets: 3, complete: 3, missing: 0, ...counts });
    expect(answer.result.targets.map(({ name }) => name)).toEqual(["name-1", "name-2", "name-3"]);
    expect(answer.clusters).toHaveLength(3);
    expect(answer.cluster).toBeUndefined();
  });

  it("has of a cluster what a run of it alone has", async () => {
    const arn = `arn:aws:eks:eu-west-1:${ONE}:cluster/main`;
    const alone = await run(fleet(), `${line} --cluster ${arn} --profile ${ONE} -o json`);
    const many = await run(fleet(), `${line} --targets ${BY_PROFILE} -o json`);
    const answer: Answer = JSON.parse(many.out);
    const [cluster = {}] = answer.result.targets[0]?.clusters ?? [];
    const { result }: { result: object } = JSON.parse(alone.out);
    expect(cluster).toEqual({ name: "main", arn, notRead: [], ...result });
    expect([many.code, Object.keys(cluster)]).toEqual([alone.code, expect.arrayContaining([list])]);
  });

  it("is the others' answer where a target can't be read, and says so by its exit code", async () => {
    const world = fleet();
    world.onAssume.push(async (role) => {
      if (role === roleOf(TWO)) throw notAssumable(role);
    });
    const { code: ended, answer } = await answered(world);
    expect(ended).toBe(4);
    expect(answer.result.missing).toMatchObject([{ target: "name-2", error: { code: "access-denied" } }]);
    const { out } = await run(world, `${line} --targets ${FILE}`);
    expect(out).toContain(`✗ name-2  ${TWO}  not permitted: sts:AssumeRole`);
  });

  it("has a line for each target and the sum in text", async () => {
    const { code: ended, out } = await run(fleet(), `${line} --targets ${FILE}`);
    expect(ended).toBe(code);
    expect(out).toContain(`✓ name-1  ${ONE}  1 cluster · `);
    expect(out).toContain(`  3 targets: 3 complete\n  ${sum}\n`);
  });
});

describe("graph --targets", () => {
  const json = jsonOf("graph");
  const read = (ran: Ran): Answer => JSON.parse(json(ran));

  it("has the graph of each AWS account that a run of its clusters has", async () => {
    const ran = await run(fleet(), `graph --targets ${FILE} -o json`);
    const { result } = read(ran);
    expect([ran.code, result.summary["targets"], result.summary["broken"]]).toEqual([
      0,
      3,
      expect.any(Number),
    ]);
    expect(result.summary["broken"]).toBeGreaterThan(0);
    const arn = `arn:aws:eks:eu-west-1:${ONE}:cluster/main`;
    const alone = await run(fleet(), `graph --cluster ${arn} --profile ${ONE} -o json`);
    const single: { result: { nodes: object[]; edges: object[] } } = JSON.parse(alone.out);
    expect(result.targets[0]).toMatchObject({
      awsAccount: ONE,
      nodes: single.result.nodes,
      edges: single.result.edges,
    });
  });

  it("draws a tree below each target, and says which is missing", async () => {
    const world = fleet();
    world.onAssume.push(async (role) => {
      if (role === roleOf(TWO)) throw notAssumable(role);
    });
    const { code, out } = await run(world, `graph --targets ${FILE} -o text`);
    expect(code).toBe(4);
    expect(out).toMatch(/✓ name-1 {2}1{12} {2}1 cluster · \d+ nodes, .*broken\n {6}cluster main/);
    expect(out).toContain("ServiceAccount cart");
    expect(out).toContain(`✗ name-2  ${TWO}  not permitted: sts:AssumeRole`);
  });
});

describe("--resume", () => {
  it.each([
    "get-sa",
    "verify --all",
    "stale-pods",
    "policies --outdated",
    `who-can arn:aws:iam::${ONE}:role/dns`,
    "graph",
  ])("asks %s of the target that was missing, and not of those that were read", async (command) => {
    const journal = join(mkdtempSync(join(tmpdir(), "irsa-resume-")), "readers.journal");
    const line = `${command} --targets ${FILE} --resume ${journal} -o json`;
    const denied = fleet();
    denied.onAssume.push(async (role) => {
      if (role === roleOf(TWO)) throw notAssumable(role);
    });
    expect((await run(denied, line)).code).toBe(4);
    const world = fleet();
    const asked: string[] = [];
    world.onAssume.push(async (role) => void asked.push(role));
    const { result }: Answer = JSON.parse((await run(world, line)).out);
    expect(asked).toContain(roleOf(TWO));
    expect(asked).not.toContain(roleOf(THREE));
    expect(result.targets.map(({ name }) => name)).toEqual(["name-1", "name-2", "name-3"]);
    expect(existsSync(journal)).toBe(false);
  });
});

describe("one cluster of many", () => {
  it("is missing where its API server can't be read, and the others are there", async () => {
    const world = fleet();
    world.worlds.get(THREE)?.log.lose("kubernetes.");
    const { code, out } = await run(world, `stale-pods --targets ${FILE} -o json`);
    const { result }: Answer = JSON.parse(out);
    expect(code).toBe(1);
    expect(result.missing).toMatchObject([
      {
        target: "name-3",
        awsAccount: THREE,
        region: "eu-west-1",
        cluster: "main",
        error: { code: "unreachable" },
      },
    ]);
    expect(result.summary).toMatchObject({ targets: 3, complete: 2, partial: 1, missing: 0, stale: 1 });
  });

  it.each([
    ["stale-pods", "Pod Identity associations"],
    ["get-sa", "Pod Identity associations of main"],
  ])("is there for %s with what could not be read in it", async (command, what) => {
    const world = fleet();
    world.worlds.get(THREE)?.log.deny("eks.describePodIdentities");
    const { code, out } = await run(world, `${command} --targets ${FILE}`);
    expect(code).toBe(4);
    expect(out).toContain(`Not everything could be read:\n    ${what}  `);
  });
});

describe("the flags", () => {
  it.each([
    ["get-sa --all-clusters --ignore-not-found", "--ignore-not-found can't be combined with --all-clusters"],
    ["get-sa --all-clusters -o wide", "--output must be table or json where many clusters are covered"],
    ["get-sa --all-clusters -o name", "--output must be table or json where many clusters are covered"],
    ["stale-pods --all-clusters --restart", "--restart can't be combined with --all-clusters"],
    [`verify --all --fix --targets ${FILE}`, "--fix can't be combined with --targets"],
    [`verify --all --role-profile data --targets ${FILE}`, "--role-profile can't be combined with --targets"],
    [`verify shop/cart --targets ${FILE}`, "subject 'shop/cart' can't be combined with --targets"],
    [`what-can shop/cart --cluster main --targets ${FILE}`, "--cluster can't be combined with --targets"],
    ["graph --all-clusters -o json --file x.json", "--file requires --join with -o text or json"],
    ["policies --all-clusters", "--all-clusters requires --outdated"],
    ["policies --organization --assume-role audit", "--organization requires --outdated"],
    [
      "verify shop/cart --organization --assume-role audit",
      "subject 'shop/cart' can't be combined with --organization; use --all",
    ],
    [
      "what-can shop/cart --concurrency 3",
      "--concurrency '3' requires --targets, --organization or --all-clusters",
    ],
  ])("%s is refused: %s", async (line, message) => {
    const { code, err } = await run(fleet(), line);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
