import { describe, expect, it } from "vitest";
import { runIn } from "../fakes/command-line.ts";
import { aWorld } from "../fakes/world.ts";
import { fileOf } from "../interruption/files.ts";

const ROLE = "arn:aws:iam::111111111111:role/audit";
const HOP = "arn:aws:iam::999988887777:role/hop";
const FILE = fileOf("targets-of-permissions.json", {
  accounts: [
    { account_id: "111111111111", role: ROLE },
    { account_id: "222222222222", role: [HOP, "arn:aws:iam::222222222222:role/audit"] },
    { account_id: "333333333333", profile: "three" },
  ],
});

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

async function told(line: string) {
  const { failure, heard } = await runIn(aWorld(), `permissions ${line} -o json`);
  if (failure !== undefined) return { failure: failure.message, statements: [] };
  const answer: { result: { iamPolicy: { Statement: readonly Statement[] } } } = JSON.parse(
    heard.out.join(""),
  );
  return { failure: undefined, statements: answer.result.iamPolicy.Statement };
}

function resourcesOf(statements: readonly Statement[], action: string): readonly string[] {
  return statements.flatMap(({ Action, Resource }) => (Action.includes(action) ? Resource : []));
}

describe("permissions --targets", () => {
  it("allows assuming the first role of each AWS account in the file, and no other", async () => {
    const { statements } = await told(`audit --targets ${FILE}`);
    expect(resourcesOf(statements, "sts:AssumeRole")).toEqual([ROLE, HOP]);
    expect(resourcesOf(statements, "eks:ListClusters")).toEqual(["*"]);
    expect(resourcesOf(statements, "organizations:ListAccounts")).toEqual([]);
  });

  it("has nothing of it without the flag", async () => {
    const { statements } = await told("audit");
    expect(resourcesOf(statements, "sts:AssumeRole")).toEqual([]);
  });
});

describe("permissions --organization", () => {
  it("allows listing accounts, and assuming the role of that name in each", async () => {
    const { statements } = await told("get-sa --organization --assume-role teams/audit");
    expect(resourcesOf(statements, "sts:AssumeRole")).toEqual(["arn:aws:iam::*:role/teams/audit"]);
    for (const action of ["ListAccounts", "ListAccountsForParent", "ListOrganizationalUnitsForParent"])
      expect(resourcesOf(statements, `organizations:${action}`)).toEqual(["*"]);
  });

  it.each([
    ["--organization", "--organization requires --assume-role"],
    ["--organization --assume-role *", "--assume-role '*' is not a valid role name"],
    [
      `--organization --assume-role audit --targets ${FILE}`,
      "--organization can't be combined with --targets",
    ],
    ["--assume-role audit", "--assume-role 'audit' requires --organization"],
    ["--targets /nowhere.yml", "--targets '/nowhere.yml' can't be read"],
  ])("refuses %s: %s", async (flags, message) => {
    expect((await told(`audit ${flags}`)).failure).toContain(message);
  });
});
