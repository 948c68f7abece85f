import { expect } from "vitest";
import { runCommandLine } from "../../src/main.ts";
import { NO_WAITING } from "../fakes/clock.ts";
import { Fleet } from "../fakes/fleet.ts";
import { heardSurroundings } from "../fakes/streams.ts";
import { fileOf } from "../interruption/files.ts";
import { attack } from "./attack.ts";

const [OWN, OTHER] = ["111111111111", "222222222222"] as const;
const EXTERNAL_ID = "3f9c-not-to-be-told";
const roleOf = (awsAccount: string): string => `arn:aws:iam::${awsAccount}:role/audit`;
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
