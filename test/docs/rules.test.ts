import { readdir } from "node:fs/promises";
import { expect, it } from "vitest";
import { RULES } from "../../src/audit/all-rules.ts";
import type { RuleText } from "../../src/model/finding.ts";

/** The page of a rule, generated from its texts; `npx vitest run --project unit test/docs/rules.test.ts --update` writes it. */
function page({ code, title, severity, why, finds, remedies, sources }: RuleText): string {
  return [
    `# ${code}`,
    `${title.charAt(0).toUpperCase()}${title.slice(1)}. Severity: ${severity}.`,
    `## Why it matters\n\n${why}`,
    `## What is found\n\n${finds}`,
    `## How to fix it\n\n${remedies}`,
    `## Sources\n\n${sources.map((source) => `- <${source}>`).join("\n")}\n`,
  ].join("\n\n");
}

const INDEX = [
  "# Audit rules\n",
  "| Rule | Severity | Finding |\n|---|---|---|",
  ...RULES.map(({ code, severity, title }) => `| [${code}](${code}.md) | ${severity} | ${title} |`),
  "",
  "Suppress a finding about a ServiceAccount with an annotation that has a reason and a last day; separate several by `;`. Suppress findings about any subject with `auditIgnore` in the [organization's rules file](../organization.md). Suppressed findings are counted, and listed in JSON, SARIF and Markdown.",
  "",
  "```yaml",
  'irsa/ignore: "no-workload=runs once a year until 2027-03-01"',
  "```",
  "",
].join("\n");

it.each(RULES.map((rule) => [rule.code, rule] as const))(
  "docs/rules/%s.md says what the rule says",
  async (code, rule) => {
    await expect(page(rule)).toMatchFileSnapshot(`../../docs/rules/${code}.md`);
  },
);

it("docs/rules/README.md lists the rules", async () => {
  await expect(INDEX).toMatchFileSnapshot("../../docs/rules/README.md");
});

it("docs/rules has no page of a rule that is gone", async () => {
  const pages = await readdir("docs/rules");
  expect(pages.toSorted()).toEqual(["README.md", ...RULES.map(({ code }) => `${code}.md`)].toSorted());
});

it("every rule has its text, its sources and a code of its own", () => {
  for (const { code, title, why, finds, remedies, sources } of RULES) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(title).not.toMatch(/^[A-Z]|\.$/);
    for (const text of [why, finds, remedies]) expect(text).toMatch(/^.{12,}\.$/s);
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) expect(source).toMatch(/^https:\/\//);
  }
  expect(new Set(RULES.map(({ code }) => code)).size).toBe(RULES.length);
});
