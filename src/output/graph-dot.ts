import type { AccessGraph, GraphEdge, GraphKind, GraphNode, GraphState } from "../model/access-graph.ts";
import { printable, shortened } from "./printable.ts";

/** How states look: by line and colour, and by a word in the label unless all is well. */
const LOOKS: Readonly<Record<GraphState, string>> = {
  dangerous: 'color="#a40e26", fontcolor="#a40e26", penwidth=2.5',
  broken: 'color="#b35900", fontcolor="#8f4700", style=dashed, penwidth=2',
  stale: 'color="#7d6200", fontcolor="#6b5400", style=dashed',
  unknown: 'color="#6639ba", fontcolor="#6639ba", style=dotted, penwidth=2',
  works: 'color="#1a7f37"',
  idle: 'color="#8c959f", fontcolor="#57606a"',
};

const SHAPES: Readonly<Record<GraphKind, string>> = {
  cluster: "box3d",
  namespace: "folder",
  workload: "component",
  "service-account": "box",
  role: "octagon",
  policy: "note",
};

/**
 * The graph in Graphviz's language, left to right. Names stand in quoted labels alone, never as identifiers.
 * Source: graphviz.org, "DOT Language" and "escString".
 */
export function graphDot({ nodes, edges }: AccessGraph): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  return [
    "digraph irsa {",
    '  graph [rankdir=LR, ranksep=1.2, nodesep=0.2, fontname="Helvetica"]',
    '  node [fontname="Helvetica", fontsize=11]',
    '  edge [fontname="Helvetica", fontsize=9]',
    ...nodes.map((node) => `  ${names.get(node.id)} [${nodeLook(node)}]`),
    ...edges.map((edge) => `  ${names.get(edge.from)} -> ${names.get(edge.to)} [${edgeLook(edge)}]`),
    "}",
  ].join("\n");
}

function nodeLook({ kind, label, state, id }: GraphNode): string {
  const lines = [label, ...(isPlain(state) ? [kind] : [`${kind}, ${state}`])];
  return `label="${lines.map(escaped).join(String.raw`\n`)}", tooltip="${escaped(id)}", shape=${SHAPES[kind]}, ${LOOKS[state]}`;
}

function edgeLook({ kind, state }: GraphEdge): string {
  const label = [
    ...(kind === "becomes" ? ["becomes"] : []),
    ...(isPlain(state) || kind === "contains" ? [] : [state]),
  ];
  return `label="${label.join(", ")}", ${LOOKS[state]}`;
}

function isPlain(state: GraphState): boolean {
  return state === "works" || state === "idle";
}

/** Graphviz reads backslashes and HTML's entities in labels. */
function escaped(text: string): string {
  return printable(shortened(text))
    .replaceAll("&", "&amp;")
    .replaceAll("\\", String.raw`\\`)
    .replaceAll('"', String.raw`\"`);
}
