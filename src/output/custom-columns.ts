import { invalid, valid, type Parsed } from "../model/problems.ts";
import { shown, valuesOf } from "./jsonpath/evaluate.ts";
import { parsePath } from "./jsonpath/parse.ts";
import type { Path } from "./jsonpath/template.ts";

/** A column of `-o custom-columns=`: its header, and what is in it. */
export interface CustomColumn {
  readonly header: string;
  readonly path: Path;
}

/** Columns as `HEADER:.path,HEADER:.path`. Source: kubectl, customcolumn.go. */
export function parseColumns(text: string): Parsed<readonly CustomColumn[]> {
  const columns: CustomColumn[] = [];
  for (const one of text.split(",")) {
    const colon = one.indexOf(":");
    const [header, path] = colon === -1 ? [one, ""] : [one.slice(0, colon), one.slice(colon + 1)];
    // The dot at its beginning, and the braces around it, may be left out.
    const [, braced, plain] = /^(?:\{\.?([^{}]+)\}|\.?([^{}]+))$/.exec(path) ?? [];
    const inner = braced ?? plain;
    if (inner === undefined) return invalid(`'${one}' is not a valid column; use HEADER:.path`);
    const parsed = parsePath(`.${inner}`);
    if (!parsed.ok) return invalid(`column '${one}': ${parsed.problem}`);
    columns.push({ header, path: parsed.value });
  }
  return valid(columns);
}

/** kubectl's gap between columns, and the least width of one with it. */
const GAP = 3;
const LEAST = 6;

/** The items in columns, laid out as kubectl does. */
export function columnRows(
  columns: readonly CustomColumn[],
  items: readonly unknown[],
  withHeaders: boolean,
): readonly string[] {
  const head = withHeaders ? [columns.map(({ header }) => header)] : [];
  const rows = [...head, ...items.map((item) => columns.map(({ path }) => cellOf(path, item)))];
  const widths = columns.map((_, at) =>
    rows.reduce((widest, row) => Math.max(widest, (row[at] ?? "").length + GAP), LEAST),
  );
  const last = columns.length - 1;
  return rows.map((row) =>
    row.map((cell, at) => (at === last ? cell : cell.padEnd(widths[at] ?? 0))).join(""),
  );
}

function cellOf(path: Path, item: unknown): string {
  const values = valuesOf(path, item);
  return values.length === 0 ? "<none>" : values.map(cellText).join(",");
}

function cellText(value: unknown): string {
  return value === null ? "<none>" : shown(value);
}
