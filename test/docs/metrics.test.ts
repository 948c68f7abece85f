import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { FAMILIES } from "../../src/metrics/page.ts";

test("docs/metrics.md has every metric, with its labels and its help", async () => {
  const rows = FAMILIES.map(({ name, labels, help }) => {
    const shown = labels.map((label) => `\`${label}\``).join(", ") || "–";
    return `| \`${name}\` | ${shown} | ${help} |`;
  });
  const page = await readFile("docs/metrics.md", "utf8");
  expect(page.split("\n").filter((line) => /^\| `(?:irsa|process)_/.test(line))).toEqual([
    ...rows,
    "| `irsa_sync_duration_seconds` | `le` | Duration of evaluations, including their reads; a histogram |",
  ]);
});
