import { describe, expect, it, test } from "vitest";
import { joined, line, padded, stylesOf, toLine } from "../../src/output/line.ts";
import { aligned, table } from "../../src/output/columns.ts";

describe("what others wrote is shown, not obeyed", () => {
  test.each([
    ["a clear screen", "a\u001B[2Jb", String.raw`a\u001b[2Jb`],
    ["a hidden text", "\u001B[8mhidden\u001B[28m", String.raw`\u001b[8mhidden\u001b[28m`],
    ["a title or a link", "\u001B]8;;http://x\u0007y", String.raw`\u001b]8;;http://x\u0007y`],
    ["a line written over", "good\rbad", String.raw`good\rbad`],
    ["an eight-bit control", "\u009B2J", String.raw`\u009b2J`],
    ["another direction", "role-\u202Enimda", String.raw`role-\u202enimda`],
    ["a style of ours", "\u001B[31mred\u001B[39m", String.raw`\u001b[31mred\u001b[39m`],
    ["line ends and tabs", "a\n\tb\u2028c", String.raw`a\n\tb\u2028c`],
    ["a blank that is none", "a\u00A0b\u2800c", String.raw`a\u00a0b\u2800c`],
    ["what can't be seen", "a\u200Bb\u{E0041}c\uFE0F", String.raw`a\u200bb\u{e0041}c\ufe0f`],
    ["half a character", "a\uD800b", String.raw`a\ud800b`],
    ["a mark without a letter", "\u0338x \u0301", String.raw`\u0338x \u0301`],
    ["a pile of marks", `a${"\u0301".repeat(9)}`, `a${"\u0301".repeat(5)}${String.raw`\u0301`.repeat(4)}`],
    ["letters of all scripts stay", "naïve-größe 役割 日本語\u3000é 🙂", "naïve-größe 役割 日本語\u3000é 🙂"],
  ])("%s", (_what, text, shown) => {
    expect(String(line`${text}`)).toBe(shown);
  });
});

describe("a command of a CI runner", () => {
  test.each([
    ["GitHub", "::add-mask::x", String.raw`\u003a:add-mask::x`],
    ["GitHub, behind blanks", "   ::add-mask::x", String.raw`   \u003a:add-mask::x`],
    ["GitHub's older form", "a ##[add-mask]x", String.raw`a \u0023#[add-mask]x`],
    ["Azure Pipelines", "a ##vso[task.setvariable]x", String.raw`a \u0023#vso[task.setvariable]x`],
    ["TeamCity", "##teamcity[buildNumber 'x']", String.raw`\u0023#teamcity[buildNumber 'x']`],
    ["more signs", "####vso[x", String.raw`##\u0023#vso[x`],
  ])("of %s is none any more", (_runner, text, shown) => {
    expect(String(toLine(text))).toBe(shown);
  });

  it("does not come together from pieces either", () => {
    const { dim } = stylesOf(1);
    expect(String(line`  ${":"}${":add-mask::"}`)).toBe(String.raw`  \u003a:add-mask::`);
    expect(String(line`${"#"}${"#vso["}`)).toBe(String.raw`\u0023#vso[`);
    expect(String(dim("::x"))).toBe(`\u001b[2m${String.raw`\u003a:x`}\u001b[22m`);
    expect(aligned([["", "::x"]]).map(String)).toEqual([String.raw`    \u003a:x`]);
  });

  it("is not seen in an address, an ARN, a comment", () => {
    for (const text of ["the address ::1", "arn:aws:iam::111122223333:role/x", "## [x]", "a#b[c]"])
      expect(String(line`${text}`)).toBe(text);
  });
});

describe("a line that is folded", () => {
  const { bold } = stylesOf(1);

  test.each([
    ["anywhere", "a word or two", false, ["a wor", "d or ", "two"]],
    ["at words", "a word or two", true, ["a ", "word ", "or ", "two"]],
    ["at words, and inside of one that is longer", "a longer one", true, ["a ", "longe", "r one"]],
    ["at words, but not behind the blanks that it begins with", "   longer", true, ["   lo", "nger"]],
  ])("%s", (_, text, atWords, expected) => {
    expect(toLine(text).folded(5, atWords).map(String)).toEqual(expected);
  });

  it("keeps a style over its ends, and counts no style", () => {
    const parts = line`${bold("one two")} six`.folded(4, true);
    expect(parts.map(({ width }) => width)).toEqual([4, 4, 3]);
    expect(parts.map(String).join("")).toBe(String(line`${bold("one two")} six`));
  });
});

describe("a line", () => {
  it("keeps lines as they are, in whatever they are put", () => {
    const { red, bold, boldRed, green, yellow, blue, cyan } = stylesOf(1);
    for (const style of [red, bold, boldRed, green, yellow, blue, cyan]) {
      const part = style("word");
      expect(String(line`a ${part} b`)).toBe(`a ${String(part)} b`);
      expect(String(joined(["x", part], ", "))).toBe(`x, ${String(part)}`);
      expect(String(padded(part, 6))).toBe(`${String(part)}  `);
      expect(part.width).toBe(4);
    }
  });

  it("is in columns by what is seen of it", () => {
    const { red } = stylesOf(1);
    const rows = table([
      [red("a"), "b"],
      ["long", ""],
    ]).map(String);
    expect(rows).toEqual([`  ${String(red("a"))}     b`, "  long"]);
    expect(aligned([["a", ["b", "c"]]]).map(String)).toEqual(["  a  b", "     c"]);
  });
});
