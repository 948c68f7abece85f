import { linkLabel } from "../../src/verification/links.ts";
import { ROWS } from "../../src/verification/rows.ts";
import { OMITTED } from "../../src/verification/rows/omitted.ts";
import type { Row } from "../../src/verification/rows/row.ts";

/** docs/failure-modes.md: what is checked by which link, what causes, proves and fixes it, and what is left out. */
export function rowsDocument(): string {
  const rows = Object.entries<Row>(ROWS).map(([code, row]) => ({ code, ...row }));
  const sorted = rows.toSorted((one, other) => rank(one.row) - rank(other.row));
  return [
    "# How IRSA and Pod Identity fail, and which check finds it",
    "",
    "Generated from `src/verification/rows.ts` by `npm run docs:rows`. `irsa verify -o json` reports row, link and code; `irsa explain ROW` or `irsa explain CODE` prints what is below, offline.",
    "",
    "| Row | Link | Code | What is wrong |",
    "|---|---|---|---|",
    ...sorted.map(
      ({ code, row, link, title }) => `| ${row} | ${link} | [\`${code}\`](#${code}) | ${title} |`,
    ),
    "",
    "## Cause, evidence and fix",
    "",
    "ISSUER is the cluster's issuer without `https://`. The fixes are for any chain; `irsa verify` prints the command for yours.",
    "",
    ...sorted.flatMap((row) => [...section(row), ""]),
    "## Not checked",
    "",
    "| Row | Why |",
    "|---|---|",
    ...Object.entries(OMITTED).map(([row, reason]) => `| ${row} | ${reason} |`),
    "",
  ].join("\n");
}

function section({
  code,
  row,
  link,
  title,
  cause,
  evidence,
  fix,
}: Row & { readonly code: string }): string[] {
  return [
    `### ${code}`,
    "",
    `${row}, ${linkLabel(link)}: ${title}`,
    "",
    `- **Cause:** ${cause}`,
    `- **Evidence:** ${evidence}`,
    `- **Fix:** ${fix}`,
  ];
}

/** By letter, then by number. */
function rank(row: string): number {
  return row.charCodeAt(0) * 100 + Number(row.slice(1));
}
