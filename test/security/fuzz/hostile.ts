import * as fc from "fast-check";
import { HOSTILE_NAMES } from "../../fakes/hostile-names.ts";

const DEEP = 40_000;

/** Texts that have broken parsers, of this program or of others. */
export const HOSTILE_TEXTS: readonly string[] = [
  ...HOSTILE_NAMES,
  "\u0000",
  "\uFEFF",
  "\uFFFD\uFFFE",
  "\r",
  "\t\n \n\t",
  "-",
  "--",
  "-1",
  "0",
  "-0",
  "1e309",
  "NaN",
  "0x7fffffff",
  "99999999999999999999",
  "null",
  "true",
  "[]",
  "{}",
  ",",
  ",,,",
  "=",
  "a=",
  "=a",
  "*",
  "**",
  "?",
  "*".repeat(5_000),
  "*a".repeat(2_000),
  "../../../../etc/passwd",
  "/proc/self/environ",
  "file:///etc/passwd",
  "arn:aws:iam::111122223333:role/a",
  "arn:aws:iam::aws:policy/AdministratorAccess",
  ":::::",
  ":".repeat(10_000),
  "a".repeat(100_000),
  "é".normalize("NFD").repeat(300),
  "${aws:username}",
  "${".repeat(1_000),
  "%s%n%00%",
  "%".repeat(1_000),
  "&lt;".repeat(1_000),
  "[".repeat(DEEP),
  "{".repeat(DEEP),
  '{"a":'.repeat(DEEP),
  `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`,
  `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`,
  "- ".repeat(DEEP),
  "? ".repeat(DEEP),
  "<a>".repeat(DEEP),
  "&a [".repeat(500),
  "!!map {".repeat(500),
  `a: &a [1]\nb: [${"*a, ".repeat(15_000)}]\n`,
  `a0: &a0 [x]\n${Array.from({ length: 60 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`).join("")}`,
  `a0: &a0 {x: 1}\n${Array.from({ length: 60 }, (_, at) => `a${at + 1}: &a${at + 1} {<<: [*a${at}, *a${at}]}\n`).join("")}`,
  `a0: &a0 [x]\n${Array.from({ length: 9_000 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}]\n`).join("")}`,
  "a: &a [*a]",
  "a: *b",
  "%YAML 9.9\n---\na",
  "--- |\n",
  "a: |9\n",
  "'",
  '"',
  '"\\u',
  "'''",
  "\t- a",
  "#\n".repeat(10_000),
  "\n".repeat(20_000),
  "a:\n".repeat(4_000),
  "a: b: c: d",
  "constructor/a",
  "__proto__/__proto__",
  "apiVersion: v1\nkind: constructor\n",
  "apiVersion: v1\nkind: __proto__\nmetadata: { name: constructor }\n",
  '{"__proto__": {"a": 1}, "constructor": 5, "Statement": [{"Effect": "toString"}]}',
  "<a>&constructor;&#x110000;&#99999999999;</a>",
  "constructor --cluster a",
  "create constructor",
  "---\n".repeat(10_500),
  Array.from({ length: 6_000 }, (_, at) => `k${at}: 1\n`).join(""),
];

/** Parts that are put into a text that is right. */
const PIECES = [
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  '"',
  "'",
  "\n",
  "\t",
  "\\",
  "*",
  "?",
  "&a ",
  "*a",
  "<<: ",
  "!!",
  "- ",
  "#",
  "|",
  "$",
  "%",
  "<",
  ">",
  "/",
  "=",
  "@",
  "\u0000",
  "\u202E",
  "\uD800",
  "null",
  "-1",
  "1e9",
  "\r\n",
  "..",
  "~",
];

/** A text that is almost right: pieces of it cut out, doubled, or with something strange between. */
function damaged(seed: string): fc.Arbitrary<string> {
  const place = fc.nat(Math.max(seed.length, 1));
  const edit = fc.tuple(
    place,
    fc.nat(12),
    fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 6, unit: "binary" })),
    fc.nat(3),
  );
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) =>
    edits.reduce((text, [at, length, piece, times]) => {
      const part = text.slice(at, at + length);
      return (
        text.slice(0, at) + (times === 3 ? part.repeat(3) : piece.repeat(times)) + text.slice(at + length)
      );
    }, seed),
  );
}

/** Texts for a parser: hostile ones, random ones, and ones that are almost right. */
export function textsFor(seeds: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...seeds).chain(damaged) },
    { weight: 1, arbitrary: fc.constantFrom(...seeds) },
    { weight: 2, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 5 }) },
  );
}

/** How many texts a parser is tried with; IRSA_FUZZ_RUNS makes it more. */
export const RUNS = Number(process.env["IRSA_FUZZ_RUNS"] ?? 120);
