import { describe, expect, it } from "vitest";
import { readYaml } from "../../src/config/read-yaml.ts";
import { jsonOf, placeOf, textOf } from "../../src/config/tree.ts";
import { isFailure } from "../../src/model/failure.ts";
import { Problems } from "../../src/model/problems.ts";

function parse(text: string) {
  const problems = new Problems();
  const trees = readYaml({ name: "f", text }, problems);
  problems.throwIfAny();
  return trees;
}

function wrong(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (isFailure(error)) return error.message;
  }
  return "";
}

describe("YAML, as eksctl reads it", () => {
  it.each([
    ["yes", true],
    ["off", false],
    ["2012-10-17", "2012-10-17"],
    ["12:30:45", "12:30:45"],
    ["~", undefined],
    ["'yes'", "yes"],
    ["|\n  two\n  lines", "two\nlines\n"],
  ])("%s", (text, expected) => {
    const [tree] = parse(`a: ${text}`);
    expect(tree && (jsonOf(tree) as { a: unknown }).a).toEqual(expected === undefined ? null : expected);
  });

  it("resolves anchors and merges, a mapping's own keys first", () => {
    const [tree] = parse(
      "base: &b { x: 1, y: 2 }\none: { <<: *b, y: 3 }\ntwo: *b\nthree: { <<: [*b, { z: 4 }] }\n",
    );
    expect(tree && jsonOf(tree)).toEqual({
      base: { x: 1, y: 2 },
      one: { x: 1, y: 3 },
      two: { x: 1, y: 2 },
      three: { x: 1, y: 2, z: 4 },
    });
  });

  it("leaves out empty documents", () => {
    expect(parse("---\n# nothing\n---\na: 1\n---\n")).toHaveLength(1);
  });

  it("takes JSON", () => {
    expect(parse('{"a": ["b"]}').map(jsonOf)).toEqual([{ a: ["b"] }]);
  });

  it("knows where each part stands, and as much as is there of what does not", () => {
    const [tree] = parse("a:\n  - b: 1\n    c: 2\n");
    const at = (path: string) => tree && placeOf(tree, path);
    expect(
      [at("a"), at("a[0].c"), at("a[0].none"), at("none")].map((one) => [one?.line, one?.column]),
    ).toEqual([
      [1, 1],
      [3, 5],
      [2, 5],
      [1, 1],
    ]);
  });

  it.each([
    ["1", "1"],
    ["true", "true"],
    ["yes", undefined],
    ["0x10", undefined],
    ["1.50", undefined],
    ["'1.50'", "1.50"],
  ])("takes %s for the text %s", (source, expected) => {
    const [tree] = parse(source);
    expect(textOf(tree)).toBe(expected);
  });
});

describe("what is not YAML, or can't be meant", () => {
  it.each([
    ["a: [1\nb: 2\n", /^f:2:\d /],
    ["a: 1\na: 2\n", /^f:2:1 is not valid YAML: duplicate key 'a'/],
    ["a: *none\n", /^f:1:4 /],
    ["a: &a [*a]\n", /^f:1:\d+ has an anchor that contains itself/],
    ["a: { <<: 1 }\n", /^f:1:10 '<<' requires a mapping/],
  ])("%j", (text, expected) => expect(wrong(text)).toMatch(expected));

  it("anchors that hold anchors without end", () => {
    const levels = Array.from(
      { length: 9 },
      (_, at) => `l${at + 1}: &l${at + 1} [${`*l${at}, `.repeat(9)}]\n`,
    );
    expect(wrong(`l0: &l0 [${"x, ".repeat(9)}]\n${levels.join("")}`)).toMatch(
      /has more than 1000000 values \(with aliases expanded\)/,
    );
  });
});
