import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { resumableSpool } from "../../src/commands/shared/targets/resume.ts";
import { VERSION } from "../../src/version.ts";
import { Fleet, notAssumable } from "../fakes/fleet.ts";
import { fileOf } from "../interruption/files.ts";
import { broken, roleOf, runOn } from "./run.ts";

const ACCOUNTS = ["111111111111", "222222222222", "333333333333", "444444444444"] as const;
const [, SECOND] = ACCOUNTS;
const entry = (awsAccount: string, more: object = {}): object => ({
  account_id: awsAccount,
  role: roleOf(awsAccount),
  external_id: "3f9c-not-to-be-kept",
  ...more,
});
const targetsFile = (...accounts: readonly object[]): string =>
  fileOf(`resume-${JSON.stringify(accounts).length}.json`, { accounts });
const ALL = targetsFile(...ACCOUNTS.map((one) => entry(one)));

/** A fleet whose second AWS account, unless it is whole, can't be read. */
function fleet(isWhole: boolean): Fleet {
  const world = new Fleet();
  for (const one of ACCOUNTS) world.with(one, broken);
  if (!isWhole)
    world.onAssume.push(async (role) => {
      if (role === roleOf(SECOND)) throw notAssumable(role);
    });
  return world;
}

/** A fleet that is reached from a home in another region. */
function inRegion(region: string, world: Fleet): Fleet {
  const network = world.network();
  const connectAws: typeof network.connectAws = async (choice) => {
    return { ...(await network.connectAws(choice)), region };
  };
  world.network = () => ({ ...network, connectAws });
  return world;
}

let journal = "";
beforeEach(() => {
  journal = join(mkdtempSync(join(tmpdir(), "irsa-resume-")), "audit.journal");
});

/** With the AWS accounts that were asked. */
async function run(world: Fleet, ...words: readonly string[]) {
  const ran = await runOn(world, "audit", ...words);
  return { ...ran, asked: ACCOUNTS.filter((one) => world.externalIds.has(roleOf(one))) };
}

const resumed = (world: Fleet, ...words: readonly string[]) =>
  run(world, "--targets", ALL, "--resume", journal, "-o", "json", ...words);

/** An answer without the times at which it was read. */
function timeless(out: string): object {
  const { result, ...answer } = JSON.parse(out);
  const targets = result.targets.map((target: object) => ({ ...target, readAt: null }));
  return { ...answer, result: { ...result, resumed: null, targets } };
}

const once = async (): Promise<object> =>
  timeless((await run(fleet(true), "--targets", ALL, "-o", "json")).out);

describe("audit --targets --resume", () => {
  it("asks again only what is missing, answers as one run does, and removes the journal then", async () => {
    const first = await resumed(fleet(false));
    expect([first.code, first.asked]).toEqual([4, ACCOUNTS]);
    expect(statSync(journal).mode & 0o777).toBe(0o600);
    const second = await resumed(fleet(true));
    expect([second.code, second.asked]).toEqual([3, [SECOND]]);
    expect(second.err).toContain(`Resuming: 3 of 4 targets are in '${journal}'.`);
    expect(timeless(second.out)).toEqual(await once());
    expect(JSON.parse(second.out).result.resumed).toEqual({
      targets: 3,
      oldest: JSON.parse(first.out).result.targets[0].readAt,
    });
    expect(existsSync(journal)).toBe(false);
  });

  it("says in text what it did not read itself", async () => {
    await resumed(fleet(false));
    const { out } = await run(fleet(true), "--targets", ALL, "--resume", journal);
    expect(out).toMatch(/✓ 111111111111 {2}1 cluster · 1 high, 1 low {3}read less than a minute ago\n/);
    expect(out).toMatch(/✓ 222222222222 {2}1 cluster · 1 high, 1 low\n/);
    expect(out).toContain("3 targets from the resumed run, the first read less than a minute ago");
  });

  it("goes on from a journal that was cut at any byte", async () => {
    await resumed(fleet(false));
    const whole = readFileSync(journal);
    const expected = await once();
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), async (bytes) => {
        writeFileSync(journal, whole.subarray(0, bytes));
        const { code, out } = await resumed(fleet(true));
        expect([code, existsSync(journal)]).toEqual([3, false]);
        expect(timeless(out)).toEqual(expected);
      }),
      { numRuns: 60, examples: [[0], [1], [whole.length - 1]] },
    );
  });

  it("reads a target again that the file has in another form, and not one that moved in it", async () => {
    await resumed(fleet(false));
    const [one, two, three, four] = ACCOUNTS;
    const changed = targetsFile(
      entry(four),
      entry(two),
      entry(one, { regions: ["eu-west-1", "us-east-1"] }),
      entry(three, { external_id: "rotated" }),
    );
    const { asked } = await run(fleet(true), "--targets", changed, "--resume", journal, "-o", "json");
    expect(asked).toEqual([one, two]);
  });

  it("reads again what is older than half a day, or is from the future", async () => {
    for (const hours of [-13, 1]) {
      await resumed(fleet(false));
      const time = new Date(Date.now() + hours * 3_600_000).toISOString();
      const text = readFileSync(journal, "utf8").replaceAll(/"readAt":"[^"]*"/g, `"readAt":"${time}"`);
      writeFileSync(journal, text);
      expect((await resumed(fleet(true))).asked).toEqual(ACCOUNTS);
    }
  });

  it("reads again what was read in another default region", async () => {
    const cut = inRegion("us-east-1", fleet(false));
    const first = await run(cut, "--targets", ALL, "--resume", journal, "-o", "json");
    expect([first.code, JSON.parse(first.out).result.summary.complete]).toEqual([4, 3]);
    const { code, out, asked } = await resumed(fleet(true));
    expect([code, asked]).toEqual([3, ACCOUNTS]);
    expect(timeless(out)).toEqual(await once());
  });

  it.each([
    [["--severity", "high"], "--severity"],
    [["--unused-days", "30"], "--unused-days"],
    [["-n", "shop"], "--namespace"],
    [
      [
        "--baseline",
        fileOf("resume-baseline.json", { schemaVersion: 2, result: { findings: [{ fingerprint: "x" }] } }),
      ],
      "--baseline",
    ],
  ])("refuses a journal of a run without %j", async (words, flag) => {
    await resumed(fleet(false));
    const before = readFileSync(journal);
    const { code, err, asked } = await resumed(fleet(true), ...words);
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain("is of a run with other options");
    expect(err).toMatch(new RegExp(`different {2,}${flag}\n`));
    expect(readFileSync(journal)).toEqual(before);
  });

  it("refuses a journal of another version", async () => {
    await resumed(fleet(false));
    writeFileSync(
      journal,
      readFileSync(journal, "utf8").replace(`"version":"${VERSION}"`, '"version":"0.0.1"'),
    );
    expect(await resumed(fleet(true))).toMatchObject({
      code: 2,
      asked: [],
      err: expect.stringMatching(/different +version/),
    });
  });

  it("goes on with another concurrency and format", async () => {
    await resumed(fleet(false), "--concurrency", "1");
    expect(
      (await run(fleet(true), "--targets", ALL, "--resume", journal, "--concurrency", "3")).asked,
    ).toEqual([SECOND]);
  });

  it("keeps neither the external ID nor the targets' secrets", async () => {
    await resumed(fleet(false));
    expect(readFileSync(journal, "utf8")).not.toMatch(/3f9c|external/i);
  });

  it("ends the run where another one writes to the same journal", async () => {
    const world = fleet(true);
    world.onAssume.push(async (role) => {
      if (role === roleOf(SECOND)) writeFileSync(journal, "{}\n", { flag: "a" });
    });
    const { code, out } = await resumed(world, "--concurrency", "1");
    expect([code, JSON.parse(out).error.code]).toEqual([1, "not-written"]);
    expect(out).toContain("it was changed by another process");
  });
});

describe("a file that is not a journal", () => {
  it.each([
    ["text", "notes of mine\n", 0o600, "it is not a journal of irsa"],
    ["text without an end of line", "notes of mine", 0o600, "it is not a journal of irsa"],
    ["JSON", "{}\n", 0o600, "it is not a journal of irsa"],
    ["bytes", "\u0000\u0000\n", 0o600, "it is not a journal of irsa"],
    ["what others can write", "", 0o622, "it can't be trusted: others can write to it"],
  ])("is left as it is: %s", async (_, text, mode, message) => {
    writeFileSync(journal, text);
    chmodSync(journal, mode);
    const { code, err, asked } = await resumed(fleet(true));
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain(message);
    expect(readFileSync(journal, "utf8")).toBe(text);
  });

  it("is not reached through a symbolic link, nor a folder, nor one without a folder", async () => {
    writeFileSync(`${journal}.other`, "");
    symlinkSync(`${journal}.other`, journal);
    expect((await resumed(fleet(true))).err).toContain("too many levels of symbolic links");
    const to = (file: string) => run(fleet(true), "--targets", ALL, "--resume", file);
    expect((await to(tmpdir())).err).toContain("it is a directory");
    expect((await to("/nowhere/x")).err).toContain("no such file or directory");
    expect((await to("/dev/null")).err).toContain("it is not a regular file");
  });

  it("is taken where it is empty, as mktemp makes it", async () => {
    writeFileSync(journal, "", { mode: 0o600 });
    expect((await resumed(fleet(true))).code).toBe(3);
  });
});

it("keeps what is too long for a line beside the journal, so that a later run can read that", async () => {
  const target = { name: "a", awsAccount: SECOND, access: { roles: [] }, regions: [], clusters: {} };
  const open = async () =>
    resumableSpool(journal, [target, { ...target, name: "b" }], { command: "audit", asked: {} }, 400);
  const record = (name: string, more: object): string =>
    JSON.stringify({
      name,
      awsAccount: SECOND,
      readAt: new Date().toISOString(),
      caller: null,
      clusters: [],
      missing: [],
      result: more,
      code: 0,
    });
  const texts = [record("a", { long: "x".repeat(400) }), record("b", {})] as const;
  const spool = await open();
  for (const [at, text] of texts.entries()) await spool.put(at, text);
  expect([await spool.get(0), await spool.get(1)]).toEqual(texts);
  await spool.close();
  const later = await open();
  expect([later.kept, await later.get(0), await later.get(1)]).toEqual([1, undefined, texts[1]]);
  await later.close();
});

describe("the flag", () => {
  it("requires targets", async () => {
    const { code, err } = await run(fleet(true), "--resume", "x", "--cluster", "main");
    expect(code).toBe(2);
    expect(err).toContain("--resume 'x' requires --targets, --organization or --all-clusters");
  });
});
