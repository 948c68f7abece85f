import { describe, expect, it } from "vitest";
import { powershellScript } from "../../src/commands/completion/powershell.ts";
import type { Place } from "../../src/commands/completion/tree.ts";
import { commandsByPath, flagsInHelp, scriptFor } from "./completion-scripts.ts";

// PowerShell is not needed for the tests: its script is read here by the rules of its quoting, and not run.

/** The script with an `S` for each string, and without comments. @throws where a string or a bracket is left open */
function skeletonOf(script: string): string {
  const bare = script.replaceAll(/'(?:[^'\u2018-\u201B]|['\u2018-\u201B]{2})*'|#[^\n]*/g, (found) =>
    found.startsWith("#") ? "" : "S",
  );
  const open: string[] = [];
  const closing: Readonly<Record<string, string>> = { "}": "{", ")": "(", "]": "[" };
  for (const sign of bare.replaceAll(/[^{}()[\]]/g, ""))
    if (closing[sign] === undefined) open.push(sign);
    else if (open.pop() !== closing[sign]) throw new Error(`${sign} closes nothing`);
  if (open.length > 0) throw new Error(`${open.join(" ")} left open`);
  if (/['\u2018-\u201B]/.test(bare)) throw new Error("a string is left open");
  return bare;
}

/** What is offered at a place: for the value of a flag, and else. */
function placeIn(script: string, at: string): { values: Map<string, string>; offered: string[] } {
  const [, section = ""] = script.split(`\n    '${at}' {\n`);
  const [own = ""] = section.split("\n      break\n    }", 1);
  const clauses = [...own.matchAll(/^ {8}'([^']+)' \{ (.*?)(?:; )?return \}$/gm)];
  return {
    values: new Map(clauses.map(([, flag = "", reply = ""]) => [flag, reply])),
    offered: [...own.matchAll(/^ {6}& \$offer '([^']+)' /gm)].map(([, word = ""]) => word),
  };
}

describe("PowerShell's script", () => {
  it("is whole, and has no string in which something is expanded", async () => {
    const script = await scriptFor("powershell");
    expect(skeletonOf(script)).not.toMatch(/["`]|\$\(|@S|Invoke-Expression|iex/);
    expect(() => skeletonOf(script.replace("'", ""))).toThrow(/left open|closes nothing/);
    expect(() => skeletonOf(script.replace("{", ""))).toThrow(/left open|closes nothing/);
  });

  it("registers one completer, of the program", async () => {
    const script = await scriptFor("powershell");
    expect(
      script.match(/^Register-ArgumentCompleter -Native -CommandName 'irsa' -ScriptBlock \{$/gm),
    ).toHaveLength(1);
    expect(script).toMatch(/^ {2}param\(\$wordToComplete, \$commandAst, \$cursorPosition\)$/m);
  });

  it("compares flags as they are written: -A is not -a", async () => {
    const switches = (await scriptFor("powershell")).match(/\bswitch\b.*/g) ?? [];
    expect(switches.length).toBeGreaterThan(20);
    for (const one of switches) expect(one).toMatch(/^switch -CaseSensitive -Exact \(/);
  });

  it("has no switch without a clause, which PowerShell does not take", async () => {
    expect(skeletonOf(await scriptFor("powershell"))).not.toMatch(/switch [^\n]*\{\s*\}/);
  });

  it("offers for every command the flags of its help", async () => {
    const script = await scriptFor("powershell");
    const commands = await commandsByPath();
    for (const [path, command] of commands)
      expect(
        placeIn(script, path)
          .offered.filter((word) => word.startsWith("--"))
          .toSorted(),
        path,
      ).toEqual(flagsInHelp(command));
    expect(commands.size).toBeGreaterThan(20);
    expect(placeIn(script, "").offered).toEqual(expect.arrayContaining(["create-sa", "sandbox", "version"]));
    expect(placeIn(script, "sandbox").offered).toEqual(expect.arrayContaining(["start", "run"]));
  });

  it.each([
    ["create-sa", "-o", "& $offer 'text' 'text'; & $offer 'json' 'json'; & $offer 'yaml' 'yaml'"],
    ["create-sa", "--output", "& $offer 'text' 'text'; & $offer 'json' 'json'; & $offer 'yaml' 'yaml'"],
    ["create-sa", "--cluster", "& $live 'clusters'"],
    ["create-sa", "-c", "& $live 'clusters'"],
    ["create-sa", "--label", ""],
    ["create-sa", "--approve", undefined],
  ])("offers at %s for the value of %s: %s", async (at, flag, reply) => {
    expect(placeIn(await scriptFor("powershell"), at).values.get(flag)).toBe(reply);
  });

  it("goes on below a command by its name", async () => {
    const script = await scriptFor("powershell");
    for (const [typed, to] of [
      [" create-sa", "create-sa"],
      ["sandbox start", "sandbox start"],
    ])
      expect(script).toContain(`      '${typed}' { $at = '${to}'; break }`);
  });

  it("lets through of names what is safe, and nothing else", async () => {
    const [, source = ""] = /-cmatch '\\A(.*)\\z'/.exec(await scriptFor("powershell")) ?? [];
    const safe = new RegExp(`^${source}$`);
    for (const name of ["blue", "shop/cart", "arn:aws:iam::111122223333:role/a_b.c"])
      expect(name).toMatch(safe);
    for (const name of ["--approve", "$(calc)", "`a", "a;b", "a b", "@a", "a'b", "a’b", "", "a\nb"])
      expect(name).not.toMatch(safe);
  });

  it("quotes what is for people, typographic quotes too", () => {
    const place: Place = {
      at: "",
      commands: [{ name: "x", summary: "don't ‘say’ $(calc) \u201Bso\u201A" }],
      flags: [{ names: ["-f"], summary: "", value: "none" }],
      words: [],
      takesFiles: true,
    };
    const script = powershellScript([place]);
    expect(script).toContain("& $offer 'x' 'don''t ‘‘say’’ $(calc) \u201B\u201Bso\u201A\u201A'");
    // A tooltip must not be empty.
    expect(script).toContain("& $offer '-f' '-f'");
    expect(skeletonOf(script)).not.toContain("calc");
  });
});
