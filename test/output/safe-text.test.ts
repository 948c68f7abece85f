import { Chalk } from "chalk";
import { describe, expect, test } from "vitest";
import { safeText } from "../../src/output/safe-text.ts";

describe("what others wrote is shown, not obeyed", () => {
  test.each([
    ["a clear screen", "a\u001B[2Jb", "a\\u{1b}[2Jb"],
    ["a hidden text", "\u001B[8mhidden\u001B[28m", "\\u{1b}[8mhidden\\u{1b}[28m"],
    ["a title or a link", "\u001B]8;;http://x\u0007y", "\\u{1b}]8;;http://x\\u{7}y"],
    ["a line written over", "good\rbad", "good\\u{d}bad"],
    ["an eight-bit control", "\u009B2J", "\\u{9b}2J"],
    ["another direction", "role-\u202Enimda", "role-\\u{202e}nimda"],
    ["line ends and tabs stay", "a\n\tb", "a\n\tb"],
    ["letters of all scripts stay", "größe 役割 🙂", "größe 役割 🙂"],
  ])("%s", (_what, text, safe) => {
    expect(safeText(text)).toBe(safe);
  });

  test("our own styles stay", () => {
    const { red, green, yellow, cyan, bold, dim } = new Chalk({ level: 1 });
    const line = [red, green, yellow, cyan, bold, dim].map((style) => style("word")).join(" ");
    expect(safeText(line)).toBe(line);
  });
});
