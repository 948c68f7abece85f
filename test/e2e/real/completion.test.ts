import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandsByPath, flagsInHelp, scriptFor } from "../../commands/completion-scripts.ts";

// test/commands/completion.test.ts reads the scripts; here bash runs them.
const run = promisify(execFile);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-test-"));
  await writeFile(join(folder, "bash"), await scriptFor("bash"));
  await writeFile(join(folder, "zsh"), await scriptFor("zsh"));
  await writeFile(join(folder, "a policy.json"), "{}");
});
afterAll(async () => rm(folder, { recursive: true }));

/** What bash offers for the last word of each line, a line each. */
async function offered(lines: readonly (readonly string[])[]): Promise<string[][]> {
  const ask = `source ./bash
while IFS=$'\\t' read -r -a COMP_WORDS; do
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  COMP_WORDS[COMP_CWORD]=\${COMP_WORDS[COMP_CWORD]%.}
  _irsa
  (IFS='|'; echo "\${COMPREPLY[*]}")
done`;
  const asking = run("bash", ["--norc", "-c", ask], { cwd: folder });
  asking.child.stdin?.end(lines.map((words) => `${words.join("\t")}.\n`).join(""));
  const { stdout } = await asking;
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("|").filter((word) => word !== ""));
}

describe("bash", () => {
  it.each([
    ["irsa cr", ["create-sa"]],
    ["irsa --debug ver", ["verify"]],
    ["irsa help cr", ["create-sa"]],
    ["irsa sandbox st", ["start"]],
    ["irsa completion ", ["bash", "zsh", "fish", "-h", "--help"]],
    ["irsa create-sa --polic", ["--policy-arn", "--policy-file"]],
    ["irsa create-sa --name verify --ap", ["--approve"]],
    ["irsa create-sa -o ", ["text", "json", "yaml"]],
    ["irsa create-sa --output = ", ["text", "json", "yaml"]],
    ["irsa create-sa --output =", ["text", "json", "yaml"]],
    ["irsa sandbox start -o e", ["env"]],
    ["irsa create-sa --policy-file a", ["a policy.json"]],
    ["irsa sdk-check a", ["a policy.json"]],
    ["irsa sdk-check --fo", ["--for"]],
    ["irsa create-sa --name ", []],
    ["irsa nonsense --ap", []],
  ])("offers for '%s' %j", async (line, words) => {
    expect(await offered([line.split(" ")])).toEqual([words]);
  });

  it("offers for every command the flags of its help", async () => {
    const commands = await commandsByPath();
    const found = await offered([...commands.keys()].map((path) => ["irsa", ...path.split(" "), "--"]));
    const expected = [...commands.values()].map(flagsInHelp);
    expect(found.map((flags) => flags.toSorted())).toEqual(expected);
    expect(expected.flat().length).toBeGreaterThan(100);
  });
});

it("zsh's script is whole: what is quoted ends where it should", async () => {
  await expect(run("bash", ["-n", join(folder, "zsh")])).resolves.toMatchObject({ stderr: "" });
});
