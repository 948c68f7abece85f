import { Graph, layout } from "@dagrejs/dagre";
import { curveBumpX, line } from "d3-shape";
import type { GraphKind, GraphState } from "../../model/access-graph.ts";
import { printable } from "../../model/printable.ts";
import type { Part } from "../data/chain.ts";
import { awsAccountOf, type IndexedEdge, type IndexedNode } from "../data/graph-index.ts";
import { columnsFor, type Column } from "./columns.ts";
import { shorten, type Measure } from "./shorten.ts";

/** Where everything is drawn, in pixels from the top left. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly (Column & { readonly x: number })[];
  /** Column by column, from the top. */
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** A node's box, by its top left corner, and the text in it. */
export interface PlacedNode {
  readonly node: IndexedNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  /** What kind of workload it is, or the AWS account of a role that is assumed from another, where there is room for it. */
  readonly after?: string;
}

/** An edge's line, as the `d` of an SVG path, and the position of its state's symbol. */
export interface PlacedEdge {
  readonly edge: IndexedEdge;
  readonly path: string;
  readonly mark: Point;
}

type Point = readonly [x: number, y: number];

const NODE_HEIGHT = 30;
const NODE_GAP = 12;
/** The width of a node besides its text: the state's symbol and margins. */
const BESIDE_TEXT = 44;
const MARGIN = 3;
/** Half of the symbol of an edge's state. */
const MARK = 9;
/** Between a workload's name and its kind. */
const AFTER_GAP = 6;
const IN_TROUBLE: ReadonlySet<GraphState> = new Set(["dangerous", "broken", "stale"]);

/**
 * Lays out a part of the graph from left to right, a column a kind. Which node is above which, and on which way the
 * long edges pass the columns between, is dagre's.
 * @param available the width that there is; a picture that needs more gets more
 */
export function layOut(part: Part, available: number, measure: Measure): Drawing {
  const { columns, gap } = columnsFor(part.nodes, available - 2 * MARGIN, measure);
  const ranks = new Map(columns.map(({ kind }, rank) => [kind, rank]));
  const rankOf = (node: IndexedNode): number => ranks.get(node.kind) ?? 0;
  const dagre = dagreGraph(part, columns, gap, rankOf);
  layout(dagre);
  if (worstAreBelow(part, dagre)) turnOver(dagre);
  const places = placesOf(part, columns, dagre, ranks, measure);
  const drawn = part.edges.map((edge) => placedEdge(edge, places, dagre, columns, rankOf));
  const placed = [...places.values()].toSorted((one, other) => one.x - other.x || one.y - other.y);
  return {
    width:
      Math.max(0, ...placed.map(({ x, width }) => x + width), ...drawn.map(({ mark }) => mark[0] + MARK)) +
      MARGIN,
    height: Math.max(0, ...placed.map(({ y, height }) => y + height)) + MARGIN,
    columns: columns.map((column) => ({
      ...column,
      x: placed.find(({ node }) => node.kind === column.kind)?.x ?? 0,
    })),
    nodes: placed,
    edges: drawn,
  };
}

/** What dagre gives a node and an edge. */
interface Placed {
  rank?: number;
  readonly column?: number;
  readonly x: number;
  y: number;
}
interface Routed {
  readonly points?: readonly { readonly x: number; y: number }[];
}
type DagreGraph = Graph<object, Placed, Routed>;

function dagreGraph(
  { nodes, edges }: Part,
  columns: readonly Column[],
  gap: number,
  rankOf: (node: IndexedNode) => number,
): DagreGraph {
  const graph: DagreGraph = new Graph();
  const margins = { marginx: MARGIN, marginy: MARGIN };
  graph.setGraph({ rankdir: "LR", nodesep: NODE_GAP, edgesep: NODE_GAP, ranksep: gap, ...margins, ranker });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) {
    const rank = rankOf(node);
    graph.setNode(String(node.place), {
      width: columns[rank]?.width ?? 0,
      height: NODE_HEIGHT,
      column: rank,
    });
  }
  for (const { from, to } of edges) {
    const minlen = rankOf(to) - rankOf(from);
    // Those within a column or back have no part in the order.
    if (minlen > 0)
      graph.setEdge(String(from.place), String(to.place), { minlen, width: 0, height: 0, labelpos: "c" });
  }
  return graph;

  /** A node's rank is its kind's column; dagre has kept every second rank for labels of edges. */
  function ranker(inner: DagreGraph): void {
    for (const name of inner.nodes()) inner.node(name).rank = 2 * (columnOf(name) ?? 0);
  }

  /** None for nodes that dagre has added. */
  function columnOf(name: string): number | undefined {
    return graph.hasNode(name) ? graph.node(name).column : undefined;
  }
}

/** True if what is in trouble stands lower, on the average, than the rest. */
function worstAreBelow({ nodes }: Part, dagre: DagreGraph): boolean {
  const heights = (troubled: boolean): number[] =>
    [...nodes]
      .filter(({ state }) => IN_TROUBLE.has(state) === troubled)
      .map(({ place }) => dagre.node(String(place)).y);
  return mean(heights(true)) > mean(heights(false));
}

/** Upside down it is the same layout: dagre does not care, but reading begins at the top. */
function turnOver(dagre: DagreGraph): void {
  const bottom =
    Math.max(...dagre.nodes().map((name: string) => dagre.node(name).y)) + NODE_HEIGHT / 2 + MARGIN;
  for (const name of dagre.nodes()) dagre.node(name).y = bottom - dagre.node(name).y;
  for (const edge of dagre.edges()) {
    for (const point of dagre.edge(edge).points ?? []) point.y = bottom - point.y;
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function placesOf(
  { nodes }: Part,
  columns: readonly Column[],
  dagre: DagreGraph,
  ranks: ReadonlyMap<GraphKind, number>,
  measure: Measure,
): Map<IndexedNode, PlacedNode> {
  return new Map(
    [...nodes].map((node) => {
      const { x, y } = dagre.node(String(node.place));
      const width = columns[ranks.get(node.kind) ?? 0]?.width ?? 0;
      return [
        node,
        {
          node,
          x: Math.round(x - width / 2),
          y: Math.round(y - NODE_HEIGHT / 2),
          width,
          height: NODE_HEIGHT,
          ...textOf(node, width - BESIDE_TEXT, measure),
        },
      ];
    }),
  );
}

/** Of `deployment/api` the name counts. */
function textOf(node: IndexedNode, width: number, measure: Measure): Pick<PlacedNode, "text" | "after"> {
  const { kind, label } = node;
  const slash = kind === "workload" ? label.indexOf("/") : -1;
  const text = shorten(printable(label.slice(slash + 1)), width, measure);
  const after = printable(label.slice(0, Math.max(0, slash)) || awsAccountOf(node).slice(0, 100));
  return after !== "" && measure(text) + measure(after) + AFTER_GAP <= width ? { text, after } : { text };
}

const curve = line<Point>().curve(curveBumpX);

function placedEdge(
  edge: IndexedEdge,
  places: ReadonlyMap<IndexedNode, PlacedNode>,
  dagre: DagreGraph,
  columns: readonly Column[],
  rankOf: (node: IndexedNode) => number,
): PlacedEdge {
  const [from, to] = [places.get(edge.from), places.get(edge.to)];
  if (from === undefined || to === undefined) throw new Error("an edge leads out of the picture");
  const start: Point = [from.x + from.width, from.y + from.height / 2];
  const end: Point = [to.x, to.y + to.height / 2];
  if (rankOf(edge.to) <= rankOf(edge.from)) return beside(edge, start, [to.x + to.width, end[1]]);
  const bends: NonNullable<Routed["points"]> =
    dagre.edge(String(edge.from.place), String(edge.to.place)).points ?? [];
  const through = [...places.values()];
  const passed = columns.slice(rankOf(edge.from) + 1, rankOf(edge.to)).flatMap(({ kind, width }): Point[] => {
    const left = through.find(({ node }) => node.kind === kind)?.x ?? 0;
    const bend = bends.find(({ x }) => x > left && x < left + width);
    return bend === undefined
      ? []
      : [
          [left, bend.y],
          [left + width, bend.y],
        ];
  });
  const points = [start, ...passed, end];
  const [x, y] = points.at(-2) ?? start;
  return { edge, path: curve(points) ?? "", mark: [(x + end[0]) / 2, (y + end[1]) / 2] };
}

/** Within a column, an arc along its right side, the farther out the longer, and a tip: it may lead up as well as down. */
function beside(edge: IndexedEdge, [x, y]: Point, [endX, endY]: Point): PlacedEdge {
  const rows = Math.abs(endY - y) / (NODE_HEIGHT + NODE_GAP);
  const depth = Math.min(ARC.most, ARC.least + ARC.row * rows);
  const out = Math.max(x, endX) + depth;
  const tip = `M${endX + TIP[0]},${endY - TIP[1]}L${endX},${endY}L${endX + TIP[0]},${endY + TIP[1]}`;
  return {
    edge,
    path: `M${x},${y}C${out},${y},${out},${endY},${endX},${endY}${tip}`,
    // A curve comes to three quarters of the way to what it is bent by.
    mark: [out - depth / 4, (y + endY) / 2],
  };
}

/** How far an arc is bent: within the narrowest gap between columns. */
const ARC = { least: 24, row: 5, most: 56 };
const TIP: Point = [7, 4];
