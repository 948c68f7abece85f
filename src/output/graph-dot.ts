import type { AccessGraph, GraphEdge, GraphKind, GraphNode, GraphState } from "../model/access-graph.ts";
import { edgeLabel, nodeRemark } from "./graph-labels.ts";
import { Inert } from "./inert.ts";
import { TextBlock } from "./text-block.ts";
import { printable, shortened } from "../model/printable.ts";

type Dot = Inert<"dot">;

const dot = Inert.tag("dot", escaped);

/** How states look: by line and color, and by a word in the label unless all is well. */
const LOOKS: Readonly<Record<GraphState, Dot>> = {
  dangerous: dot`color="#a40e26", fontcolor="#a40e26", penwidth=2.5`,
  broken: dot`color="#b35900", fontcolor="#8f4700", style=dashed, penwidth=2`,
  stale: dot`color="#7d6200", fontcolor="#6b5400", style=dashed`,
  unknown: dot`color="#6639ba", fontcolor="#6639ba", style=dotted, penwidth=2`,
  works: dot`color="#1a7f37"`,
  idle: dot`color="#8c959f", fontcolor="#57606a"`,
};

const SHAPES: Readonly<Record<GraphKind, string>> = {
  "aws-account": "tab",
  cluster: "box3d",
  namespace: "folder",
  workload: "component",
  "service-account": "box",
  role: "octagon",
  policy: "note",
};

/**
 * The graph in Graphviz's language, left to right. Names are in quoted labels alone, never as identifiers.
 * Source: graphviz.org, "DOT Language" and "escString".
 */
export function graphDot({ nodes, edges }: AccessGraph): TextBlock {
  const names = new Map(nodes.map(({ id }, index) => [id, dot`n${index}`]));
  const nameOf = (id: string): Dot => names.get(id) ?? dot`none`;
  return TextBlock.of([
    dot`digraph irsa {`,
    dot`  graph [rankdir=LR, ranksep=1.2, nodesep=0.2, fontname="Helvetica"]`,
    dot`  node [fontname="Helvetica", fontsize=11]`,
    dot`  edge [fontname="Helvetica", fontsize=9]`,
    ...nodes.map((node) => dot`  ${nameOf(node.id)} [${nodeLook(node)}]`),
    ...edges.map((edge) => dot`  ${nameOf(edge.from)} -> ${nameOf(edge.to)} [${edgeLook(edge)}]`),
    dot`}`,
  ]);
}

function nodeLook(node: GraphNode): Dot {
  const { kind, label, state, id } = node;
  // Graphviz's own line end, which the template has as two characters.
  const end = dot`\\n`;
  return dot`label="${label}${end}${nodeRemark(node)}", tooltip="${id}", shape=${SHAPES[kind]}, ${LOOKS[state]}`;
}

function edgeLook(edge: GraphEdge): Dot {
  return dot`label="${edgeLabel(edge)}", ${LOOKS[edge.state]}`;
}

/** Graphviz reads backslashes and HTML's entities in labels. */
function escaped(text: string): string {
  return printable(shortened(text))
    .replaceAll("&", "&amp;")
    .replaceAll("\\", String.raw`\\`)
    .replaceAll('"', String.raw`\"`);
}
