import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Words and phrases of a private dialect that must not come back in what a person reads. */
const GONE = [
  /\bknows no\b/,
  /\bin vain\b/,
  /\bthe chain holds\b/,
  /\bputs right\b/,
  /\borganisation\b/,
  /\bbehaviour/i,
  /\bcolour/i,
];

/** Further ones that must not come back in the domain's texts. */
const GONE_IN_DOMAIN = [
  /(?<!\bthere )\bis no (?:role|policy|cluster|provider|identity provider|namespace|label|workload|region|issuer|condition)\b/,
  /\bnames no role\b/,
  /\bmends?\b/i,
  /\bborne\b/i,
  /\banew\b/i,
  /\blets? in\b/,
  /\bby hand\b/,
  /\bat once\b/,
  /\bWhoever administers\b/,
];

const DOMAIN =
  /^src\/(?:verification|audit|doctor|graph|workload|service-account|model|aws|kubernetes|network|permissions)\//;

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

/** The places of a pattern in the texts, with what stands around it. */
function placesOf(pattern: RegExp, isMeant: (file: string) => boolean): string[] {
  return texts.flatMap(([file, text]) => {
    const match = isMeant(file) ? pattern.exec(text) : null;
    return match === null ? [] : [`${file}: …${text.slice(Math.max(0, match.index - 30), match.index + 50)}`];
  });
}

it.each(GONE)("no text says %s", (pattern) => {
  expect(placesOf(pattern, () => true)).toEqual([]);
});

it.each(GONE_IN_DOMAIN)("no text of the domain says %s", (pattern) => {
  expect(placesOf(pattern, (file) => DOMAIN.test(file))).toEqual([]);
});

it("finds what it looks for", () => {
  expect(texts.length).toBeGreaterThan(1000);
  expect(placesOf(/Fix|fix/, (file) => DOMAIN.test(file))).not.toEqual([]);
});
