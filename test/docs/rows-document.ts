import { ROWS } from "../../src/verification/rows.ts";
import { OMITTED } from "../../src/verification/rows/omitted.ts";

/** docs/failure-modes.md: which fault is looked for where, and what is left out, from the tables in the code. */
export function rowsDocument(): string {
  const rows = Object.entries(ROWS).map(([code, { row, link, title }]) => ({ code, row, link, title }));
  const sorted = rows.toSorted((one, other) => rank(one.row) - rank(other.row));
  return [
    "# How IRSA fails, and which check finds it",
    "",
    "Generated from `src/verification/rows.ts` by `npm run docs:rows`. `irsa verify -o json` reports row, link and code.",
    "",
    "| Row | Link | Code | What is wrong |",
    "|---|---|---|---|",
    ...sorted.map(({ code, row, link, title }) => `| ${row} | ${link} | \`${code}\` | ${title} |`),
    "",
    "## Not checked",
    "",
    "| Row | Why |",
    "|---|---|",
    ...Object.entries(OMITTED).map(([row, reason]) => `| ${row} | ${reason} |`),
    "",
  ].join("\n");
}

/** By letter, then by number. */
function rank(row: string): number {
  return row.charCodeAt(0) * 100 + Number(row.slice(1));
}
