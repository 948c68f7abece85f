import { describe, expect, it } from "vitest";
import { RULES } from "../../src/audit/all-rules.ts";
import { CODES } from "../../src/commands/explain/explanations.ts";
import { FAILURE_CODES } from "../../src/model/failure-codes.ts";
import { EXIT_CODE_TEXTS } from "../../src/model/exit-codes.ts";
import { EXIT_CODES } from "../../src/model/failure.ts";
import { buildProgram } from "../../src/program.ts";
import { ROWS } from "../../src/verification/rows.ts";
import { OMITTED } from "../../src/verification/rows/omitted.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { scriptFor } from "./completion-scripts.ts";

async function explain(...codes: string[]): Promise<string> {
  const { context, heard } = listeningContext();
  const args = ["explain", ...codes];
  await (await buildProgram(args, context, "0")).parseAsync(args, { from: "user" });
  return heard.out.join("\n");
}

describe("explain", () => {
  it("prints the cause, the evidence and the fix of a finding", async () => {
    const text = await explain("nothing-allowed");
    expect(text).toMatch(/^ {2}B13, nothing-allowed {3}\(irsa verify, permissions\)$/m);
    expect(text).toContain("The role has no policies attached.");
    for (const label of ["Cause", "Evidence", "Fix"]) expect(text).toMatch(new RegExp(`^ {2}${label}$`, "m"));
    expect(text).toContain("'irsa update-sa --add-policy-arn ARN'");
  });

  it.each(["B13", "b13"])("prints every finding of the row '%s'", async (row) => {
    const text = await explain(row);
    const codes = Object.entries(ROWS).flatMap(([code, one]) => (one.row === "B13" ? [code] : []));
    expect(codes.length).toBeGreaterThan(1);
    for (const code of codes) expect(text).toContain(`B13, ${code} `);
  });

  it("prints a finding and a rule that have the same code", async () => {
    const text = await explain("provider-missing");
    expect(text).toContain("(irsa verify, provider)");
    expect(text).toContain("(irsa audit, severity high)");
  });

  it("prints why a row is not checked, and what an exit code means", async () => {
    const text = await explain("A10", "143");
    expect(text).toContain("(not checked by irsa verify)");
    expect(text).toContain("SIGTERM");
  });

  it.each(EXIT_CODE_TEXTS)("says of exit code $codes once that it is '$title'", async ({ codes, title }) => {
    const [code = ""] = codes;
    const [, , first = "", second = "", third = ""] = (await explain(code)).split("\n");
    expect(first.trim().toLowerCase()).toBe(`${title}.`.toLowerCase());
    expect(first.trim()).toMatch(/^[A-Z]/);
    expect(second).toBe("");
    expect(third.trim().toLowerCase()).not.toMatch(new RegExp(`^${title}: `));
  });

  it("explains a code once, however often it is given", async () => {
    expect(await explain("B13", "nothing-allowed", "B13")).toBe(await explain("B13"));
  });

  it.each([
    ["B99", "code 'B99' is not a known code; did you mean B9? irsa explain lists the codes"],
    [
      "provider-mising",
      "code 'provider-mising' is not a known code; did you mean provider-missing? irsa explain lists the codes",
    ],
    ["toString", "code 'toString' is not a known code; irsa explain lists the codes"],
    ["", "code is empty"],
  ])("refuses '%s'", async (code, message) => {
    await expect(explain("B13", code)).rejects.toThrow(message);
  });

  it("lists every code without one", async () => {
    const text = await explain();
    const codes = [
      ...Object.keys(ROWS),
      ...Object.keys(OMITTED),
      ...RULES.map((rule) => rule.code),
      ...Object.keys(FAILURE_CODES),
    ];
    for (const code of codes) expect(text).toMatch(new RegExp(`^ {2}(?:\\w+ +)?${code} `, "m"));
  });

  it("knows every code that is printed", () => {
    const printed = [
      ...Object.entries(ROWS).flatMap(([code, { row }]) => [code, row]),
      ...RULES.map(({ code }) => code),
      ...Object.keys(FAILURE_CODES),
      ...Object.values(EXIT_CODES).map(String),
    ];
    expect(printed.filter((code) => !CODES.includes(code))).toEqual([]);
  });

  it("fits 80 columns, and has no Markdown", async () => {
    const text = await explain(...CODES);
    // A long command, ARN or URL has a line to itself.
    const wide = text.split("\n").filter((one) => one.length > 80 && !/^ +(?:'[^']*'\S*|\S+)$/.test(one));
    expect(wide).toEqual([]);
    expect(text).not.toMatch(/`|\*[a-z]/);
  });

  it.each(["bash", "zsh", "fish"])("offers its codes to %s", async (shell) => {
    const script = await scriptFor(shell);
    for (const code of ["B13", "nothing-allowed", "sub-wildcard"]) expect(script).toContain(code);
  });
});
