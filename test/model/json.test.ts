import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { excerpt } from "../../src/model/excerpt.ts";
import { readJson } from "../../src/model/json.ts";

const parsed = (text: string): unknown => {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false };
  }
};
const outcome = (text: string): unknown => {
  const read = readJson(text);
  return read.ok ? read : { ok: false };
};
const wrong = (text: string, options = {}): string => {
  const read = readJson(text, options);
  return read.ok ? "" : `${read.problem.line}:${read.problem.column} ${read.problem.message}`;
};

describe("reading JSON", () => {
  it("takes what JSON.parse takes, and nothing else", () => {
    const tokens = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"\\u00e9\\n"',
      "1",
      "-0.5e+3",
      "01",
      "true",
      "nul",
      " ",
      "\n",
      "\u0001",
      '"',
    );
    const almost = fc.array(tokens, { maxLength: 9 }).map((parts) => parts.join(""));
    const right = fc
      .json()
      .chain((text) =>
        fc.nat(text.length).map((at) => [text, text.slice(0, at), `${text.slice(0, at)},${text.slice(at)}`]),
      );
    fc.assert(
      fc.property(almost, (text) => {
        expect(outcome(text)).toEqual(parsed(text));
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(right, (texts) => {
        for (const text of texts) expect(outcome(text)).toEqual(parsed(text));
      }),
    );
  });

  it.each([
    ["", "1:1 is not valid JSON"],
    ['{\n  "a": ,\n}', "2:8 is not valid JSON"],
    ['{"a": SECRET}', "1:7 is not valid JSON"],
    ['{"a": 1} SECRET', "1:10 is not valid JSON"],
    ["[1,]", "1:4 is not valid JSON"],
  ])("%j: tells where, and quotes nothing", (text, problem) => expect(wrong(text)).toBe(problem));

  it("tells a key that stands twice in one object, spelled as it may be", () => {
    const unique = { uniqueKeys: true };
    expect(wrong('{"a": {"b": 1, "b": 2}}', unique)).toBe("1:16 has the key 'b' twice in one object");
    expect(wrong('{"Effect": 1, "E\\u0066fect": 2}', unique)).toBe(
      "1:15 has the key 'Effect' twice in one object",
    );
    expect(wrong('{"very secret": 1, "very secret": 2}', unique)).toBe(
      "1:20 has the key '…' twice in one object",
    );
    expect(wrong('{"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}]}', unique)).toBe("");
    expect(wrong('{"__proto__": 1, "constructor": 2}', unique)).toBe("");
    expect(wrong('{"a": 1, "a": 2}')).toBe("");
  });

  it("goes so deep and no deeper", () => {
    const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    expect(wrong(nested(128))).toBe("");
    expect(wrong(nested(129))).toBe("1:129 nests deeper than 128 levels");
    expect(wrong("[".repeat(1_000_000))).toBe("1:129 nests deeper than 128 levels");
    expect(wrong("[{}]", { depth: 1 })).toBe("1:2 nests deeper than 1 levels");
  });
});

it("shows of a long value the beginning", () => {
  expect(excerpt("arn:aws:iam::111122223333:role/teams/payments/worker")).toBe(
    "arn:aws:iam::111122223333:role/teams/payments/worker",
  );
  expect(excerpt("one two ".repeat(20))).toBe(`${"one two ".repeat(20).slice(0, 60)}…`);
  expect(excerpt("x".repeat(500))).toBe(`${"x".repeat(160)}…`);
  expect(excerpt(`${"x".repeat(159)}😀😀`)).toBe(`${"x".repeat(159)}…`);
});
