import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAlias, parseAllDocuments, visit } from "yaml";
import { firstAliasOf, readYaml, targetOf } from "../../src/syntax/yaml.ts";

const wrong = (text: string): string => {
  const read = readYaml(text);
  return read.ok
    ? ""
    : read.problems.map(({ line, column, message }) => `${line}:${column} ${message}`).join("\n");
};

describe("reading YAML", () => {
  it("gives the library's own documents", () => {
    const text = fc.array(
      fc.constantFrom(
        "a: 1\n",
        "b:\n",
        "  - c\n",
        "---\n",
        "x: &a [1]\n",
        "y: *a\n",
        "# d\n",
        '"e": |\n  f\n',
        "{g: h}\n",
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        text.map((lines) => lines.join("")),
        (text) => {
          const read = readYaml(text);
          if (!read.ok) return;
          const documents = parseAllDocuments(text);
          const values = Array.isArray(documents) ? documents.map((one) => one.toJS() as unknown) : [];
          expect(read.file.documents.map((one) => one.toJS() as unknown)).toEqual(values);
        },
      ),
    );
  });

  it("finds what aliases stand for, as the library does: the last anchor before", () => {
    const read = readYaml("a: &x [1]\nb: *x\nc: &x [2]\nd: { e: *x }\n");
    if (!read.ok) throw new Error("the test expected YAML");
    const [document] = read.file.documents;
    const seen: unknown[] = [];
    if (document === undefined) throw new Error("the test expected a document");
    visit(document, {
      Alias(_key, alias) {
        expect(targetOf(alias)).toBe(alias.resolve(document));
        seen.push(targetOf(alias));
      },
      Seq(_key, node) {
        expect(firstAliasOf(node)).toSatisfy((alias) => alias !== undefined && isAlias(alias));
      },
    });
    expect(seen).toHaveLength(2);
  });

  it.each([
    ["a: *b\n", "1:4 has an alias without an anchor before it"],
    ["a: &a [*a]\n", "1:8 has an anchor that contains itself"],
    ["a: 1\nb: { c: 1, c: 2 }\n", "2:12 is not valid YAML: duplicate key 'c'"],
    ["1: a\n1: b\n", "2:1 is not valid YAML: duplicate key '1'"],
    ['"my secret, pasted": a\n"my secret, pasted": b\n', "2:1 is not valid YAML: duplicate key '…'"],
    [
      `SECRET: ["SECRET\n`,
      "2:1 is not valid YAML: a character is missing, such as a closing quote or bracket, or a colon after a key",
    ],
    ["[".repeat(300), "1:129 nests deeper than 128 levels"],
    ["---\n".repeat(10_002), "10001:1 has more than 10000 documents"],
    [`a: &a 1\nb: [${"*a, ".repeat(10_001)}]`, "2:40005 has more than 10000 aliases"],
    [`[${"1,".repeat(400_000)}]`, "1:666667 has more than 1000000 tokens"],
  ])("%#: tells where and what, and quotes nothing", (text, problem) => {
    const told = wrong(text);
    expect(told.split("\n")[0]).toBe(problem);
    expect(told).not.toContain("SECRET");
  });

  it("counts what aliases stand for each time", () => {
    const levels = (width: number, count: number): string =>
      `a0: &a0 [${"x,".repeat(width)}]\n${Array.from({ length: count }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(width)}]\n`).join("")}`;
    expect(wrong(levels(10, 4))).toBe("");
    expect(wrong(levels(10, 9))).toMatch(/has more than 1000000 values \(with aliases expanded\)$/);
    expect(wrong(levels(1, 125))).toBe("");
    expect(wrong(levels(1, 9_000))).toMatch(/nests deeper than 128 levels \(with aliases expanded\)$/);
  });
});
