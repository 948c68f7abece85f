import type { AccessGraph, GraphEdge, GraphKind, GraphNode, GraphState } from "../model/access-graph.ts";
import { edgeLabel, nodeRemark } from "./graph-labels.ts";
import { Inert } from "./inert.ts";
import { TextBlock } from "./text-block.ts";
import { printable, shortened } from "../model/printable.ts";

type Mermaid = Inert<"mermaid">;

const mermaid = Inert.tag("mermaid", escaped);

/** How states look; the word is in the label too, unless all is well. */
const LOOKS: Readonly<Record<GraphState, Mermaid>> = {
  dangerous: mermaid`stroke:#a40e26,stroke-width:3px`,
  broken: mermaid`stroke:#b35900,stroke-width:2px,stroke-dasharray:6 3`,
  stale: mermaid`stroke:#7d6200,stroke-dasharray:6 3`,
  unknown: mermaid`stroke:#6639ba,stroke-width:2px,stroke-dasharray:2 3`,
  works: mermaid`stroke:#1a7f37`,
  idle: mermaid`stroke:#8c959f`,
};

const SHAPES: Readonly<Record<GraphKind, readonly [before: Mermaid, after: Mermaid]>> = {
  "aws-account": [mermaid`[(`, mermaid`)]`],
  cluster: [mermaid`[[`, mermaid`]]`],
  namespace: [mermaid`(`, mermaid`)`],
  workload: [mermaid`[/`, mermaid`/]`],
  "service-account": [mermaid`[`, mermaid`]`],
  role: [mermaid`{{`, mermaid`}}`],
  policy: [mermaid`>`, mermaid`]`],
};

const ARROWS: Readonly<Record<GraphState, Mermaid>> = {
  dangerous: mermaid`==>`,
  broken: mermaid`-.->`,
  stale: mermaid`-.->`,
  unknown: mermaid`-.->`,
  works: mermaid`-->`,
  idle: mermaid`-->`,
};

/**
 * The graph as a Mermaid flow chart, left to right. Names are in quoted labels alone, and every character of theirs
 * that Markdown, HTML or Mermaid could act on is written by its number.
 * Source: mermaid.js.org, "Flowcharts – Basic Syntax", "Entity codes to escape characters".
 */
export function graphMermaid({ nodes, edges }: AccessGraph): TextBlock {
  const names = new Map(nodes.map(({ id }, index) => [id, mermaid`n${index}`]));
  const nameOf = (id: string): Mermaid => names.get(id) ?? mermaid`none`;
  const states = [...new Set(nodes.map(({ state }) => state))].toSorted();
  return TextBlock.of([
    mermaid`flowchart LR`,
    ...nodes.map((node) => mermaid`  ${nameOf(node.id)}${nodeText(node)}:::${node.state}`),
    ...edges.map((edge) => mermaid`  ${nameOf(edge.from)} ${arrow(edge)} ${nameOf(edge.to)}`),
    ...states.map((state) => mermaid`  classDef ${state} ${LOOKS[state]}`),
  ]);
}

function nodeText(node: GraphNode): Mermaid {
  const [before, after] = SHAPES[node.kind];
  return mermaid`${before}"${node.label}<br/>${nodeRemark(node)}"${after}`;
}

function arrow(edge: GraphEdge): Mermaid {
  const label = edgeLabel(edge);
  const own = ARROWS[edge.state];
  return label === "" ? own : mermaid`${own}|${label}|`;
}

function escaped(text: string): string {
  return printable(shortened(text)).replaceAll(
    /[^\p{L}\p{N}\p{M} ._,:/@=+-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}
