import { joined, line, padded, toLine, type Line, type Piece } from "./line.ts";

/** A row's label, and its value: a piece a line. */
export type Row = readonly [label: Piece, value: Piece | readonly Piece[]];

/** Rows of label and value, the values aligned two columns behind the longest label. */
export function aligned(rows: readonly Row[], indent = "  "): Line[] {
  const width = rows.reduce((widest, [label]) => Math.max(widest, toLine(label).width), 0) + 2;
  return rows.flatMap(([label, value]) =>
    piecesOf(value).map((piece, at) => line`${indent}${padded(at === 0 ? label : "", width)}${piece}`),
  );
}

function piecesOf(value: Row[1]): readonly Piece[] {
  if (!isList(value)) return [value];
  return value.length === 0 ? [""] : value;
}

function isList(value: Row[1]): value is readonly Piece[] {
  return Array.isArray(value);
}

/** Rows of any number of cells, each column as wide as its widest, two blanks between. */
export function table(rows: readonly (readonly Piece[])[], indent = "  "): Line[] {
  const lines = rows.map((row) => row.map(toLine));
  const widths: number[] = [];
  for (const row of lines) row.forEach(({ width }, i) => (widths[i] = Math.max(widths[i] ?? 0, width)));
  return lines.map((row) => {
    const filled = row.slice(0, row.findLastIndex(({ width }) => width > 0) + 1);
    const cells = filled.map((cell, i) => (i === filled.length - 1 ? cell : padded(cell, widths[i] ?? 0)));
    return line`${filled.length === 0 ? "" : indent}${joined(cells, "  ")}`;
  });
}
