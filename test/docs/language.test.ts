import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Words and phrases of a private dialect that must not come back in what a person reads; each with what to write. */
const GONE: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [
    /\bis no (?:role|policy|cluster|provider|identity provider|namespace|ServiceAccount|label|workload|region|subject|issuer|condition)\b/,
    "is not a valid …",
  ],
  [/\bnames no role\b/, "has no role annotation"],
  [/\bknows no\b/, "has no …, not found"],
  [/\bin vain\b/, "(leave it out)"],
  [/\bthe chain holds\b/, "works"],
  [/\bputs right\b/, "repairs"],
  [/\borganisation/i, "organization"],
  [/\bbehaviour/i, "behavior"],
  [/\bcolour/i, "color"],
];

/** String literals and template literals, which are all that a command prints. */
const LITERAL = /"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .toSorted();
}

const texts = [
  ...filesIn("src", ".ts").flatMap((file) =>
    (readFileSync(file, "utf8").match(LITERAL) ?? []).map((text) => [file, text] as const),
  ),
  ...filesIn("docs", ".md").flatMap((file) => [[file, readFileSync(file, "utf8")] as const]),
  ["README.md", readFileSync("README.md", "utf8")] as const,
];

it.each(GONE)("no text says %s", (pattern) => {
  const found = texts.flatMap(([file, text]) => {
    const match = pattern.exec(text);
    return match === null ? [] : [`${file}: …${text.slice(Math.max(0, match.index - 30), match.index + 50)}`];
  });
  expect(found).toEqual([]);
});
