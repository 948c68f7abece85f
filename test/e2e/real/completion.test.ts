import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandsByPath, flagsInHelp, scriptFor } from "../../commands/completion-scripts.ts";

// test/commands/completion.test.ts reads the scripts; here bash runs them.
const run = promisify(execFile);

let folder: string;

/** What names of the APIs must never be to a shell; and those that are names. */
const ANSWERS = [
  "$(touch pwned)",
  "`touch pwned`",
  "; touch pwned",
  "--approve",
  "=ls",
  "*",
  "two words",
  "\u202Eeulb",
  "blue",
  "green",
];
const FAKE = `#!/bin/sh
printf '%s\\n' "$*" >> "$IRSA_LOG"
echo noise >&2
case $3 in
  clusters) cat names ;;
  role-arns) echo arn:aws:iam::111122223333:role/apps/cart ;;
  *) echo shop/cart ;;
esac
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-test-"));
  await writeFile(join(folder, "bash"), await scriptFor("bash"));
  await writeFile(join(folder, "zsh"), await scriptFor("zsh"));
  await writeFile(join(folder, "a policy.json"), "{}");
  await writeFile(join(folder, "irsa"), FAKE, { mode: 0o700 });
  await writeFile(join(folder, "names"), `${ANSWERS.join("\n")}\n`);
});
afterAll(async () => rm(folder, { recursive: true }));

/** What bash offers for the last word of each line, a line each. */
async function offered(lines: readonly (readonly string[])[]): Promise<string[][]> {
  const ask = `source ./bash
while IFS=$'\\t' read -r -a COMP_WORDS; do
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  COMP_WORDS[COMP_CWORD]=\${COMP_WORDS[COMP_CWORD]%.}
  COMP_LINE=\${COMP_WORDS[*]}
  COMP_POINT=\${#COMP_LINE}
  _irsa
  (IFS='|'; echo "\${COMPREPLY[*]}")
done`;
  const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}`, IRSA_LOG: join(folder, "log") };
  const asking = run("bash", ["--norc", "-c", ask], { cwd: folder, env });
  asking.child.stdin?.end(lines.map((words) => `${words.join("\t")}.\n`).join(""));
  const { stdout, stderr } = await asking;
  expect(stderr).toBe("");
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("|").filter((word) => word !== ""));
}

describe("bash", () => {
  it.each([
    ["irsa cr", ["create-sa"]],
    ["irsa --debug ver", ["verify", "version"]],
    ["irsa help cr", ["create-sa"]],
    ["irsa sandbox st", ["start"]],
    ["irsa completion ", ["bash", "zsh", "fish", "powershell", "--no-live", "-h", "--help"]],
    ["irsa create-sa --polic", ["--policy-arn", "--policy-file"]],
    ["irsa create-sa --name verify --ap", ["--approve"]],
    ["irsa create-sa -o ", ["text", "json", "yaml"]],
    ["irsa create-sa --output = ", ["text", "json", "yaml"]],
    ["irsa create-sa --output =", ["text", "json", "yaml"]],
    ["irsa sandbox start -o e", ["env"]],
    ["irsa create-sa --policy-file a", ["a policy.json"]],
    ["irsa sdk-check a", ["a policy.json"]],
    ["irsa sdk-check --fo", ["--for"]],
    ["irsa create-sa --description ", []],
    ["irsa create-sa --cluster ", ["blue", "green"]],
    ["irsa create-sa --cluster = ", ["blue", "green"]],
    ["irsa create-sa sh", ["shop/cart"]],
    ["irsa create-sa --attach-role-arn ", ["arn:aws:iam::111122223333:role/apps/cart"]],
    // Readline keeps what stands before the last colon.
    ["irsa create-sa --attach-role-arn arn : aws :", ["iam::111122223333:role/apps/cart"]],
    ["irsa create-sa --attach-role-arn arn : aws : iam :: 1", ["111122223333:role/apps/cart"]],
    ["irsa create-sa --attach-role-arn arn : aws : iam :: 111122223333 : role/x --ap", ["--approve"]],
    ["irsa sandbox start --cluster ", []],
    ["irsa nonsense --ap", []],
  ])("offers for '%s' %j", async (line, words) => {
    expect(await offered([line.split(" ")])).toEqual([words]);
  });

  it("asks irsa alone, with what is typed and the words before it", async () => {
    await writeFile(join(folder, "log"), "");
    await offered([["irsa", "verify", "-r", "eu-west-1", "--cluster", "gr"]]);
    expect(await readFile(join(folder, "log"), "utf8")).toBe(
      "completion values clusters --typed=gr -- verify -r eu-west-1 --cluster\n",
    );
    await expect(readFile(join(folder, "pwned"))).rejects.toThrow("ENOENT");
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
