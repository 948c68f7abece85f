import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placesOf, type Place } from "../../src/commands/completion/tree.ts";
import { buildProgram } from "../../src/program.ts";
import { listeningContext } from "../fakes/terminal.ts";

const run = promisify(execFile);

async function scriptFor(shell: string): Promise<string> {
  const { context, heard } = listeningContext();
  const args = ["completion", shell];
  await (await buildProgram(args, context, "0")).parseAsync(args, { from: "user" });
  return heard.written.join("");
}

/** Every command with all that it has, by its words. */
async function commandsByPath(): Promise<ReadonlyMap<string, Command>> {
  const { context } = listeningContext();
  const names = (await buildProgram([], context, "0")).commands.map((command) => command.name());
  const found = new Map<string, Command>();
  for (const name of names) {
    const command = (await buildProgram([name], context, "0")).commands.find((one) => one.name() === name);
    if (command === undefined) continue;
    found.set(name, command);
    for (const below of command.commands) found.set(`${name} ${below.name()}`, below);
  }
  return found;
}

/** The long flags in the left column of a command's help. */
function flagsInHelp(command: Command): string[] {
  const lines = command.configureHelp({ helpWidth: 200 }).helpInformation().split("\n");
  return lines.flatMap((line) => /^ {2}(?:-\w, )?(--[\w-]+)/.exec(line)?.[1] ?? []).toSorted();
}

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

describe("zsh and fish", () => {
  it("zsh's script is whole: what is quoted ends where it should", async () => {
    await expect(run("bash", ["-n", join(folder, "zsh")])).resolves.toMatchObject({ stderr: "" });
  });

  it.each<[string, (place: Place) => readonly string[]]>([
    [
      "zsh",
      ({ flags }) =>
        flags.flatMap(({ names, summary }) =>
          names.map((name) => `        '${name}:${summary.replaceAll("'", String.raw`'\''`)}'`),
        ),
    ],
    [
      "fish",
      ({ at, flags }) =>
        flags.map(({ names }) => {
          const spelt = names.map((name) =>
            name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
          );
          return `complete -c irsa -n '__irsa_at ${String.raw`\'${at}\'`}' ${spelt.join(" ")} `;
        }),
    ],
  ])("%s knows every flag of these commands", async (shell, linesOf) => {
    const script = await scriptFor(shell);
    const { context } = listeningContext();
    for (const name of ["create-sa", "verify", "sandbox"]) {
      const program = await buildProgram([name], context, "0");
      const places = placesOf(program).filter(({ at }) => at.split(" ")[0] === name);
      for (const line of places.flatMap(linesOf)) expect(script).toContain(line);
    }
  });
});
