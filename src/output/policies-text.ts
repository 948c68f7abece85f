import type { CatalogRow } from "../model/well-known-policy.ts";
import { aligned, table, type Row } from "./columns.ts";
import { documentLines } from "./documents.ts";
import { line, type Piece, type Styles } from "./line.ts";

/** How the catalog is shown: each policy asked for in full, or all as a table. */
interface CatalogLayout {
  readonly format: "table" | "wide";
  readonly isAsked: boolean;
  readonly headers: boolean;
}

/** The catalog, or the policies that were asked for, for people. */
export function catalogLines(
  rows: readonly CatalogRow[],
  { format, isAsked, headers }: CatalogLayout,
  color: Styles,
): readonly Piece[] {
  if (isAsked && format === "table") return rows.flatMap((row) => ["", ...sectionOf(row, color)]);
  const columns = format === "wide" ? [...COLUMNS, ...MORE_COLUMNS] : COLUMNS;
  const [head = "", ...lines] = table(
    [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, cell]) => cell(row)))],
    "",
  );
  return headers ? [color.dim(head), ...lines] : lines;
}

type Column = readonly [head: string, cell: (row: CatalogRow) => string];

const COLUMNS: readonly Column[] = [
  ["NAME", ({ name }) => name],
  ["FOR", ({ about }) => about],
  ["UPSTREAM", ({ upstream }) => upstream.version],
  ["AS OF", ({ upstream }) => upstream.date],
  ["NARROWED BY", ({ inputs }) => inputs.map(({ name }) => name).join(",") || "–"],
];

const MORE_COLUMNS: readonly Column[] = [
  ["EKSCTL", ({ eksctl }) => (eksctl ? "yes" : "no")],
  ["MANAGED POLICIES", ({ managedPolicies }) => managedPolicies.join(",") || "–"],
  ["PROJECT", ({ upstream }) => upstream.project],
  ["SOURCE", ({ source }) => source],
];

function sectionOf(row: CatalogRow, color: Styles): readonly Piece[] {
  const { name, about, source, upstream, inputs, managedPolicies, document } = row;
  const facts: readonly Row[] = [
    ["Upstream", `${upstream.project} ${upstream.version}, as of ${upstream.date}`],
    ["Source", source],
    ...(managedPolicies.length > 0 ? [["Attaches", managedPolicies] as const] : []),
    ...(inputs.length > 0
      ? [
          [
            "Narrowed by",
            inputs.map(
              ({ name: input, about: what, required }) => `${input}: ${what}${required ? " (required)" : ""}`,
            ),
          ] as const,
        ]
      : []),
  ];
  return [
    line`  ${color.bold(name)}   ${about}`,
    ...aligned(facts),
    ...(document === undefined ? [] : ["", ...documentLines(document).map((text) => line`  ${text}`)]),
  ];
}

/** The same as the result in JSON and YAML (docs/json.md). */
export function catalogResult(rows: readonly CatalogRow[]): object {
  return { policies: rows.map((row) => ({ ...row, document: row.document ?? null })) };
}
