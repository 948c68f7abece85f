import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { COMMANDS } from "../../src/command-list.ts";

/** Words and phrases of a private dialect that must not come back in what a person reads. */
const GONE = [
  /\bknows no\b/,
  /\bin vain\b/,
  /\bthe chain holds\b/,
  /\bputs right\b/,
  /\borganisation\b/,
  /\bbehaviour/i,
  /\bcolour/i,
  /\blabelled\b/i,
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

/** Further ones that must not come back in README, the pages beside it, and docs. */
const GONE_IN_DOCS = [
  /\bmend(?:s|ed|ing)?\b/i,
  /\bborne\b/i,
  /\banew\b/i,
  /\bat once\b/,
  /\bby hand\b/,
  /\bput(?:s|ting)? right\b/,
  /\b(?:lets?|letting|gets?) in\b/,
  /\bbecom(?:es?|ing) (?:a |an |the |any |which |what )?(?:\S+ )?roles?\b/,
  /\bwho can become\b/i,
  /\bwhose (?:it|they) (?:is|are)\b/,
  /\bnames? no\b/,
  /(?<!\b[Tt]here )\bis no (?!longer\b)/,
  /\bthe life after\b/i,
  /\bfinding the cause\b/i,
  /\bpassed over\b/i,
  /\b(?:takes?|taken|taking|took) over\b/i,
  /\blet(?:s|ting)? go\b/i,
  // Unicode has marks; so has the JSON of migrate-trust.
  /(?<!`)\bmarks\b(?! without a letter| on one letter|`)/i,
  /\bwalks?\b(?! through\b)/,
  /\brooms?\b/i,
  /\bas it stands\b/,
  /\bhonour/i,
  /(?:optim|recogn|organ|author)is(?:e|ing|ation)/i,
  /\ban? account (?:is|of the cluster)\b/,
];

/** Further ones that must not come back in comments and in titles of tests. */
const GONE_IN_COMMENTS = [
  /\bmend(?:s|ed|ing)?\b/i,
  /\bborne\b/i,
  /\banew\b/i,
  /\bat once\b/,
  /\bby hand\b/,
  /\bin vain\b/,
  /\bput(?:s|ting)? right\b/,
  /\b(?:lets?|letting) (?:\w+ )?in\b/,
  /\bbecom(?:es?|ing) (?:a |an |the |any |which |what |their |its )?(?:\S+ )?roles?\b/,
  /(?<!\b[Tt]here )\bis no (?!longer\b)/,
  /\b(?:names|knows) no\b/,
  /\b(?:takes?|taken|taking|took) over\b/,
  /\b(?:lets?|letting) go\b/,
  /\bpass(?:es|ed)? over\b/,
  /\bhangs? on\b/,
  /\bas it stands\b/,
  /\bwalk(?:s|ed|ing)?\b/,
  /\bglances?\b/,
  /\bholdings\b/,
  /(?<!quotation |byte order )\bmarks\b/,
  /\ban account (?:of|that) the cluster\b/,
  /\bbehaviour|\bcolour|\bhonour|\bneighbour|\blabelled\b/i,
  /\bweather\b/i,
  /\bfronts?\b(?<!\b[Ii]n front)(?! coding\b)/,
  /\bfates?\b/,
  /\bunless told\b/,
  /\bas told\b/,
  /\btells? of\b/,
];

const DOMAIN =
  /^src\/(?:verification|audit|doctor|graph|workload|service-account|model|aws|kubernetes|network|permissions)\//;

/** String literals and template literals, which are all that a command prints. */
const LITERAL = /"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

const COMMENT = /\/\*\*?[\s\S]*?\*\/|(?<![:\w"'`])\/\/[^\n]*/g;
const TITLE = /\b(?:it|test|describe)(?:\.\w+)*(?:\([^\n]*\))?\(\s*(["'`])(?:\\.|(?!\1)[^\n])*\1/g;

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .toSorted();
}

/** The pages at the top of the project. */
const PAGES = [
  "README.md",
  "packages/sandbox/README.md",
  "ARCHITECTURE.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
];

const texts = [
  ...[...filesIn("src", ".ts"), ...filesIn("packages/sandbox/src", ".ts")].flatMap((file) =>
    (readFileSync(file, "utf8").match(LITERAL) ?? []).map((text) => [file, text] as const),
  ),
  ...filesIn("docs", ".md").flatMap((file) => [[file, readFileSync(file, "utf8")] as const]),
  ...PAGES.map((file) => [file, readFileSync(file, "utf8")] as const),
];

/** Comments and titles, each on one line. This file and the mutations quote what they are about. */
const written = ["src", "test", "packages", "bench"]
  .flatMap((folder) => filesIn(folder, ".ts"))
  .filter((file) => !/node_modules|^test\/(?:mutation|docs\/language)/.test(file))
  .flatMap((file) => {
    const text = readFileSync(file, "utf8");
    return [...(text.match(COMMENT) ?? []), ...(text.match(TITLE) ?? [])].map(
      (found) => [file, found.replaceAll(/\s*\n\s*\*?\s?/g, " ")] as const,
    );
  });

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

it.each(GONE_IN_DOCS)("no page says %s", (pattern) => {
  expect(placesOf(pattern, (file) => file.endsWith(".md"))).toEqual([]);
});

it.each(GONE_IN_COMMENTS)("no comment and no title of a test says %s", (pattern) => {
  const places = written.flatMap(([file, text]) => {
    const match = pattern.exec(text);
    return match === null ? [] : [`${file}: …${text.slice(Math.max(0, match.index - 30), match.index + 50)}`];
  });
  expect(places).toEqual([]);
});

it("README's table of commands has the commands in the groups of irsa --help", () => {
  const [, section = ""] = readFileSync("README.md", "utf8").split("\n## Commands\n");
  const [table = ""] = section.split("\n## ", 1);
  let group = "";
  const inReadme = table.split("\n").flatMap((row) => {
    const [, title = "", commands = ""] = /^\| (.*?) ?\| (`[^|]*) \|/.exec(row) ?? [];
    if (title !== "") group = title;
    return [...commands.matchAll(/`([a-z-]+)[^`]*`/g)].map(([, name = ""]) => `${group}: ${name}`);
  });
  expect(inReadme.toSorted()).toEqual(
    COMMANDS.map(({ name, group: title }) => `${title} ${name}`).toSorted(),
  );
});

it("finds what it looks for", () => {
  expect(texts.length).toBeGreaterThan(1000);
  expect(written.length).toBeGreaterThan(5000);
  expect(written.some(([file, text]) => file.startsWith("test/") && text.startsWith("it("))).toBe(true);
  expect(placesOf(/Fix|fix/, (file) => DOMAIN.test(file))).not.toEqual([]);
  expect(placesOf(/ServiceAccount/, (file) => file.endsWith(".md")).length).toBeGreaterThan(PAGES.length);
});
