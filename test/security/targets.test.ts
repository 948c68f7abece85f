import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Caller } from "../../src/aws/port.ts";
import { organizationTargets } from "../../src/commands/shared/targets/organization.ts";
import { runCommandLine } from "../../src/main.ts";
import { Failure } from "../../src/model/failure.ts";
import { NO_WAITING } from "../fakes/clock.ts";
import { Fleet } from "../fakes/fleet.ts";
import { heardSurroundings } from "../fakes/streams.ts";
import { fileOf } from "../interruption/files.ts";
import { attack } from "./attack.ts";

const [OWN, OTHER] = ["111111111111", "222222222222"] as const;
const EXTERNAL_ID = "3f9c-not-to-be-told";
const roleOf = (awsAccount: string): string => `arn:aws:iam::${awsAccount}:role/audit`;
/** Terminal commands, a line of a report, a workflow command. */
const HOSTILE = "\u001b[2J\n::set-output name=x::y\n  ✓ own";
const fleet = (): Fleet => new Fleet().with(OWN).with(OTHER);

/** What `audit --targets` prints of a file with this role for the AWS account `OWN`, and its exit code. */
async function audited(world: Fleet, role: unknown, more: object = {}): Promise<readonly [number, string]> {
  const accounts = [{ account_id: OWN, name: "own", role, external_id: EXTERNAL_ID, ...more }];
  const file = fileOf(`targets-${JSON.stringify(accounts).length}.json`, { accounts });
  const surroundings = { ...heardSurroundings(), network: world.network(), clock: NO_WAITING };
  const code = await runCommandLine(["audit", "--targets", file, "-o", "json", "--debug"], surroundings);
  const { stdout, stderr } = surroundings.streams.heard;
  return [code, [...stdout, ...stderr].join("")];
}

attack(
  "pull-request author",
  "name a role of another AWS account in a targets file, so that its answer passes for the account's",
  {
    async attack() {
      const world = fleet();
      const [code, printed] = await audited(world, roleOf(OTHER));
      expect([code, world.externalIds.size]).toEqual([2, 0]);
      expect(printed).toContain(OTHER);
    },
    async twin() {
      expect((await audited(fleet(), roleOf(OWN)))[0]).toBe(0);
    },
  },
);

attack("owner of another AWS account", "answer for the AWS account that a targets file names", {
  async attack() {
    const world = fleet();
    world.lies.set(roleOf(OWN), OTHER);
    const [code, printed] = await audited(world, roleOf(OWN));
    expect(code).toBe(1);
    expect(printed).toContain("other-aws-account");
  },
  async twin() {
    expect((await audited(fleet(), roleOf(OWN)))[1]).not.toContain("other-aws-account");
  },
});

attack("pull-request author", "have the external ID of a targets file printed by an error beside it", {
  async attack() {
    for (const more of [{ regions: 7 }, { external_id: `${EXTERNAL_ID}\u0000` }, { clusters: 7 }]) {
      const [code, printed] = await audited(fleet(), roleOf(OWN), more);
      expect([code, printed.includes("3f9c")], JSON.stringify(more)).toEqual([2, false]);
    }
  },
  async twin() {
    const world = fleet();
    await audited(world, roleOf(OWN));
    expect(world.externalIds.get(roleOf(OWN))).toBe(EXTERNAL_ID);
  },
});

attack(
  "owner of another AWS account",
  "command the operator's terminal or CI runner by the name of its AWS account in an organization",
  {
    async attack() {
      for (const state of ["ACTIVE", "SUSPENDED"]) {
        const printed = await namedInOrganization("\u001b[2Jshop\n::add-mask::x", state);
        expect(printed).not.toContain("\u001b");
        expect(printed).not.toMatch(/^\s*::add-mask/m);
        expect(printed).toContain("add-mask");
      }
    },
    async twin() {
      expect(await namedInOrganization("shop & co.", "ACTIVE")).toContain("✓ shop & co.");
    },
  },
);

/** What `get-sa --organization` prints where an AWS account has that name. */
async function namedInOrganization(name: string, state: string): Promise<string> {
  const world = fleet();
  world.organization.withAccount(OWN).withAccount(OTHER, "r-root", state, name);
  const surroundings = { ...heardSurroundings(), network: world.network(), clock: NO_WAITING };
  await runCommandLine(["get-sa", "--organization", "--assume-role", "audit"], surroundings);
  const { stdout, stderr } = surroundings.streams.heard;
  return [...stdout, ...stderr].join("");
}

/** What a run prints that goes on with a journal, of which an earlier run had one target of two, after a change of it. */
async function resumedWith(
  change: (record: string) => string,
  format: string,
  before = (_journal: string): void => undefined,
): Promise<{ readonly code: number; readonly printed: string; readonly asked: readonly string[] }> {
  const journal = join(mkdtempSync(join(tmpdir(), "irsa-journal-")), "journal");
  const accounts = [OWN, OTHER].map((one) => ({ account_id: one, role: roleOf(one) }));
  const words = ["audit", "--targets", fileOf("targets-resumed.json", { accounts }), "--resume", journal];
  const cut = fleet();
  cut.onAssume.push(async (role) => {
    if (role === roleOf(OTHER)) throw new Failure("denied", "access-denied", "not permitted: sts:AssumeRole");
  });
  const run = async (world: Fleet) => {
    const surroundings = { ...heardSurroundings(), network: world.network(), clock: NO_WAITING };
    const code = await runCommandLine([...words, "-o", format], surroundings);
    const { stdout, stderr } = surroundings.streams.heard;
    return { code, printed: [...stdout, ...stderr].join(""), asked: [...world.externalIds.keys()] };
  };
  await run(cut);
  writeFileSync(journal, readFileSync(journal, "utf8").split("\n").map(change).join("\n"));
  before(journal);
  try {
    return await run(fleet());
  } finally {
    rmSync(journal, { force: true });
  }
}

attack("local user", "write the answer of an AWS account into a journal that another user's audit resumes", {
  async attack() {
    const { code, printed, asked } = await resumedWith(
      (line) => line,
      "json",
      (journal) => chmodSync(journal, 0o666),
    );
    expect([code, asked]).toEqual([2, []]);
    expect(printed).toContain("others can write to it");
  },
  async twin() {
    const { code, asked } = await resumedWith((line) => line, "json");
    expect([code, asked]).toEqual([0, [roleOf(OTHER)]]);
  },
});

attack(
  "pull-request author",
  "have a journal that was kept between runs pass for another account's, or forge lines",
  {
    async attack() {
      const other = (line: string): string =>
        line.replace(`"awsAccount":"${OWN}","readAt"`, `"awsAccount":"${OTHER}","readAt"`);
      expect((await resumedWith(other, "json")).asked).toContain(roleOf(OWN));
      const cluster = (line: string): string =>
        line.replace(`eu-west-1:${OWN}:cluster`, `eu-west-1:${OTHER}:cluster`);
      expect((await resumedWith(cluster, "json")).asked).toContain(roleOf(OWN));
      const finding = {
        rule: HOSTILE,
        severity: "high",
        message: HOSTILE,
        fix: { text: HOSTILE },
        subject: { cluster: { name: HOSTILE } },
      };
      const ofRole = { kind: "role", name: HOSTILE, id: HOSTILE, cluster: { arn: HOSTILE } };
      const fix = { kind: "command", argv: ["irsa", HOSTILE] };
      const forged = JSON.stringify({
        findings: [
          finding,
          { ...finding, fix, subject: ofRole, evidence: [{ label: HOSTILE, value: HOSTILE }] },
          { ...finding, subject: { ...ofRole, kind: "constructor" } },
          7,
          null,
        ],
        notes: [HOSTILE, 7],
        notRead: [{ what: HOSTILE }],
      });
      const result = (line: string): string =>
        line.replace(/"result":\{.*\},"code"/, () => `"result":${forged},"code"`);
      for (const format of ["table", "json", "sarif", "asff", "ocsf", "markdown"]) {
        const { printed } = await resumedWith(result, format);
        expect(printed).toContain("set-output");
        expect(printed).not.toContain("\u001b[2J");
        expect(printed).not.toMatch(/^::set-output/m);
      }
      const own = (line: string): string =>
        line.replace('"result":{', `"result":{"name":"x","caller":"y","readAt":"z",`);
      const { printed } = await resumedWith(own, "json");
      expect(printed).not.toMatch(/"(name|caller|readAt)": "[xyz]"/);
    },
    async twin() {
      expect((await resumedWith((line) => line, "table")).printed).toContain(`✓ ${OWN}`);
    },
  },
);

attack("malicious proxy", "L2: answer for AWS Organizations with units below units, without an end", {
  async attack() {
    const { organization } = fleet();
    let count = 0;
    const port = { ...organization.port(), listUnits: async () => [`ou-root-${(count += 1)}`] };
    port.listAccounts = async () => [];
    const ended = organizationTargets({ organizations: port }, await callerOf(), ASKED);
    await expect(ended).rejects.toMatchObject({ code: "unexpected-answer" });
  },
  async twin() {
    const { organization } = fleet();
    organization.withUnit("ou-root-1").withUnit("ou-root-2", "ou-root-1").withAccount(OTHER, "ou-root-2");
    const { targets } = await organizationTargets(
      { organizations: organization.port() },
      await callerOf(),
      ASKED,
    );
    expect(targets.map(({ awsAccount }) => awsAccount)).toEqual([OTHER]);
  },
});

const ASKED = { units: ["r-root"], role: "audit", regions: [], clusters: {} };
const callerOf = async (): Promise<Caller> => fleet().home.aws.sts.getCaller();

attack(
  "pull-request author",
  "give a target in a file a name so long that the lines of all others fill a log",
  {
    async attack() {
      const short = { account_id: OTHER, role: roleOf(OTHER) };
      const long = { account_id: OWN, role: roleOf(OWN), name: "x".repeat(100_000) };
      const printed = await listed([long, ...Array.from({ length: 20 }, () => short)]);
      expect(printed.length).toBeLessThan(200_000);
    },
    async twin() {
      const printed = await listed([
        { account_id: OWN, role: roleOf(OWN), name: "x".repeat(30) },
        { account_id: OTHER, role: roleOf(OTHER), name: "y" },
      ]);
      expect(printed).toMatch(new RegExp(`✓ x{30} {2}${OWN}`));
      expect(printed).toMatch(new RegExp(`✓ y {31}${OTHER}`));
    },
  },
);

/** What `get-sa --targets` prints of these. */
async function listed(accounts: readonly object[]): Promise<string> {
  const file = fileOf(`targets-listed-${accounts.length}.json`, { accounts });
  const surroundings = { ...heardSurroundings(), network: fleet().network(), clock: NO_WAITING };
  await runCommandLine(["get-sa", "--targets", file], surroundings);
  return surroundings.streams.heard.stdout.join("");
}

attack(
  "pull-request author",
  "have a reviewed plan applied to another AWS account by a later edit of the targets file",
  {
    async attack() {
      const { world, digest } = await reviewed();
      const { code, printed, written } = await appliedTo(world, [OWN, OTHER], digest);
      expect([code, written]).toEqual([1, []]);
      expect(printed).toContain("the plan has changed: its digest is not");
    },
    async twin() {
      const { world, digest } = await reviewed();
      const { code, written } = await appliedTo(world, [OWN], digest);
      expect([code, written]).toEqual([0, [OWN]]);
    },
  },
);

const EVERYWHERE = fileOf("security-everywhere.json", {
  apiVersion: "eksctl.io/v1alpha5",
  kind: "ClusterConfig",
  iam: {
    withOIDC: true,
    serviceAccounts: [
      {
        metadata: { namespace: "shop", name: "cart" },
        attachPolicyARNs: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
      },
    ],
  },
});

/** The digest of a plan for one AWS account. */
async function reviewed(): Promise<{ readonly world: Fleet; readonly digest: string }> {
  const world = fleet();
  const { printed } = await ranOver(world, [OWN], "plan", "-o", "markdown");
  return { world, digest: /irsa-plan \S+ ([0-9a-f]{64})/.exec(printed)?.[1] ?? "" };
}

async function appliedTo(world: Fleet, awsAccounts: readonly string[], digest: string) {
  const ran = await ranOver(world, awsAccounts, "apply", "--approve", "--expect-plan", digest);
  const written = [...world.worlds].flatMap(([one, { log }]) => (log.writes.length > 0 ? [one] : []));
  return { ...ran, written };
}

async function ranOver(world: Fleet, awsAccounts: readonly string[], ...words: readonly string[]) {
  const accounts = awsAccounts.map((one) => ({ account_id: one, role: roleOf(one) }));
  const targets = fileOf(`targets-reviewed-${awsAccounts.length}.json`, { accounts });
  const surroundings = { ...heardSurroundings(), network: world.network(), clock: NO_WAITING };
  const code = await runCommandLine([...words, "-f", EVERYWHERE, "--targets", targets], surroundings);
  const { stdout, stderr } = surroundings.streams.heard;
  return { code, printed: [...stdout, ...stderr].join("") };
}
