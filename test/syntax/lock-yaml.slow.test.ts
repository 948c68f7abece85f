import * as fc from "fast-check";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { readLockYaml } from "../../src/syntax/lock-yaml.ts";
import type { LockNode } from "../../src/syntax/lock-yaml-inline.ts";

/** What an anchor, which only the library reads, adds to a text. */
const ANCHORED = "zz: &a x\n";

function read(text: string): unknown {
  const result = readLockYaml(text);
  if (!result.ok) throw new Error(result.problem.message);
  return result.documents.map(plain);
}

function plain(node: LockNode): unknown {
  if (node.kind === "scalar") return node.text;
  if (node.kind === "list") return node.items.map(plain);
  return [...node.entries].filter(([key]) => key !== "zz").map(([key, { value }]) => [key, plain(value)]);
}

const name = fc.stringMatching(/^[a-y@/'"#:.*&!|>%{}[\], -][a-y0-9@/^~#:. '-]{0,12}$/);
const scalar = fc.oneof(
  name,
  fc.constantFrom("", "1.0", "9", "null", "~", "true", "a: b", "a #b", "- a", "? a", "x:", "|", ">-"),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.dictionary(name, tie("value"), { minKeys: 1, maxKeys: 4 }),
    fc.array(tie("value"), { minLength: 1, maxLength: 3 }),
  ),
}));
const document = fc.dictionary(name, value, { minKeys: 1, maxKeys: 6 });

it("says of every text what the library says", () => {
  fc.assert(
    fc.property(document, fc.constantFrom(0, 80), (content, lineWidth) => {
      const text = stringify(content, { lineWidth });
      expect(read(text)).toEqual(read(`${text}${ANCHORED}`));
    }),
    { numRuns: 2_000 },
  );
});

it.each([
  "a: b\n",
  "a:\n  - b\n  - c: d\n    e: f\n",
  "a:\n- b\n-  c: d\n   e: [f, {g: h}]\n",
  "'a b': {c: 'd, e', f: [g], h: {}}\n",
  '"a": ""\nb: \'\'\nc: ~\nd:\n',
  '? "a@npm:^1, a@npm:^2"\n:\n  b: c\n',
  "a:\n    b: c\nd: e # remark\n",
  "a: b\n  c\n",
  "a: >-\n  b: c\nd: e\n",
  'a: "\u0000b"\n"c\u0007": d\n',
  "a: '\u0000b'\nc: d\u0000e\n",
])("%j is what the library reads", (text) => {
  expect(read(text)).toEqual(read(`${text}${ANCHORED}`));
});

it.each(["a: b\na: c\n", "a: b\n c: d\n", "\ta: b\n", "a: [b\n", "a: 'b\n", "a: *b\n"])(
  "%j is refused, with its place",
  (text) => {
    expect(readLockYaml(text)).toMatchObject({ ok: false, problem: { line: expect.any(Number) as number } });
  },
);
