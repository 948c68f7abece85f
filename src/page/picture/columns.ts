import { GRAPH_KINDS, type GraphKind } from "../../model/access-graph.ts";
import { printable } from "../../model/printable.ts";
import { awsAccountOf, type IndexedNode } from "../data/graph-index.ts";
import type { Measure } from "./shorten.ts";

/** A column of the picture: the nodes of one kind. */
export interface Column {
  readonly kind: GraphKind;
  readonly width: number;
  readonly count: number;
}

/** In pixels. */
const NARROWEST = 104;
const WIDEST = 300;
/** To less than this no name is cut, even if that takes more width than there is. */
const LEAST_CUT = 150;
/** The width of a node besides its text: the state's symbol and margins. */
const BESIDE_TEXT = 46;
const GAP = { least: 48, most: 120 };

/**
 * The columns that some nodes need and the gap between them, in pixels: each as wide as its widest name, the wide
 * ones narrower when they would not fit.
 * @param available the width that there is
 */
export function columnsFor(
  nodes: Iterable<IndexedNode>,
  available: number,
  measure: Measure,
): { readonly columns: readonly Column[]; readonly gap: number } {
  const all = [...nodes];
  const wanted = GRAPH_KINDS.map((kind) => {
    const own = all.filter((node) => node.kind === kind);
    const widest = Math.max(
      0,
      ...own.map((node) => measure(printable(`${node.label.slice(0, 100)} ${awsAccountOf(node)}`.trim()))),
    );
    return { kind, count: own.length, width: clamp(Math.ceil(widest) + BESIDE_TEXT, NARROWEST, WIDEST) };
  }).filter(({ count }) => count > 0);
  const gaps = Math.max(1, wanted.length - 1);
  const widest = widestThatFits(
    wanted.map(({ width }) => width),
    available - gaps * GAP.least,
  );
  const columns = wanted.map((column) => ({ ...column, width: Math.min(column.width, widest) }));
  const used = columns.reduce((total, { width }) => total + width, 0);
  return { columns, gap: Math.floor(clamp((available - used) / gaps, GAP.least, GAP.most)) };
}

/** To how much the wide ones must be cut so that all together fit. */
function widestThatFits(widths: readonly number[], room: number): number {
  let left = room;
  for (const [at, width] of widths.toSorted((one, other) => one - other).entries()) {
    const share = left / (widths.length - at);
    if (width > share) return Math.max(LEAST_CUT, Math.floor(share));
    left -= width;
  }
  return WIDEST;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
