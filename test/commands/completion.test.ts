import { describe, expect, it } from "vitest";
import { placesOf, type Place } from "../../src/commands/completion/tree.ts";
import { buildProgram } from "../../src/program.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { commandsByPath, flagsInHelp, scriptFor } from "./completion-scripts.ts";

// Read here, with Node alone; in test/e2e/real/completion.test.ts bash runs them.

/** What is left open at the end of a shell script: a quote, `$(`, `((`, `[[`, a brace, or a block of bash's. */
function leftOpen(script: string): string[] {
  const words = script.replaceAll(/^\s*#.*$|\\.|\$?'[^']*'/gm, "Q");
  const pairs: readonly [string, RegExp, RegExp][] = [
    ["case", /\bcase\b/g, /\besac\b/g],
    ["if", /\bif\b/g, /\bfi\b/g],
    ["do", /\bdo\b/g, /\bdone\b/g],
    ["{", /\{/g, /\}/g],
    ["[[", /\[\[/g, /\]\]/g],
  ];
  const count = (pattern: RegExp): number => words.match(pattern)?.length ?? 0;
  return [
    ...(words.includes("'") ? ["'"] : []),
    ...pairs.filter(([, open, close]) => count(open) !== count(close)).map(([name]) => name),
  ];
}

describe("bash", () => {
  /** What the script offers at a place, and what it offers for a flag's value there. */
  async function placeIn(
    at: string,
  ): Promise<{ words: string[]; valueOf: (flag: string) => string | undefined }> {
    const script = await scriptFor("bash");
    const [, section = ""] = script.split(`\n    '${at}')\n      case $previous in\n`);
    const [own = ""] = section.split("\n      ;;\n", 1);
    const [values = "", names = ""] = own.split("\n      esac\n");
    const listed = (text: string): string[] => (/compgen -W '([^']*)'/.exec(text)?.[1] ?? "").split(" ");
    const branches = values.split("\n").map((one) => /^ +(.*?)\) (.*)return ;;$/.exec(one));
    return {
      words: listed(names),
      valueOf: (flag) => branches.find((one) => one?.[1]?.split(" | ").includes(flag))?.[2]?.trim(),
    };
  }

  it("offers for every command the flags of its help", async () => {
    const commands = await commandsByPath();
    for (const [path, command] of commands) {
      const { words } = await placeIn(path);
      expect(words.filter((word) => word.startsWith("--")).toSorted(), path).toEqual(flagsInHelp(command));
    }
    expect(commands.size).toBeGreaterThan(20);
  });

  it.each([
    ["create-sa", "-o", `COMPREPLY=($(compgen -W 'text json yaml' -- "$current"));`],
    ["create-sa", "--output", `COMPREPLY=($(compgen -W 'text json yaml' -- "$current"));`],
    ["create-sa", "--policy-file", '_irsa_files "$current";'],
    ["create-sa", "--name", '_irsa_live service-account-names "$current";'],
    ["create-sa", "--cluster", '_irsa_live clusters "$current";'],
    ["create-sa", "--label", ""],
    ["sandbox start", "--cluster", ""],
    ["create-sa", "--approve", undefined],
  ])("offers at %s for the value of %s: %s", async (at, flag, reply) => {
    expect((await placeIn(at)).valueOf(flag)).toBe(reply);
  });

  it("offers the commands, and the shells", async () => {
    const names = [...(await commandsByPath()).keys()].filter((path) => !path.includes(" "));
    expect((await placeIn("")).words).toEqual(expect.arrayContaining(names));
    expect((await placeIn("policies")).words).toEqual(expect.arrayContaining(["externalDNS", "velero"]));
    expect((await placeIn("completion")).words).toEqual([
      "bash",
      "zsh",
      "fish",
      "powershell",
      "--no-live",
      "-h",
      "--help",
    ]);
  });

  it("goes on below a command by its name", async () => {
    const script = await scriptFor("bash");
    for (const [typed, to] of [
      [" create-sa", "create-sa"],
      [" sandbox", "sandbox"],
      ["sandbox start", "sandbox start"],
    ])
      expect(script).toContain(`      '${typed}') at='${to}' ;;`);
  });
});

it.each(["bash", "zsh"])("%s's script is whole: what is opened is closed", async (shell) => {
  const script = await scriptFor(shell);
  expect(leftOpen(script)).toEqual([]);
  expect(leftOpen(script.replace("'", ""))).not.toEqual([]);
  expect(leftOpen(script.replace("esac", ""))).not.toEqual([]);
});

describe("zsh and fish", () => {
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
