import type { AccessGraph, GraphEdge, GraphKind, GraphNode, GraphState } from "../model/access-graph.ts";
import { printable, shortened } from "./printable.ts";

/** How states look; the word stands in the label too, unless all is well. */
const LOOKS: Readonly<Record<GraphState, string>> = {
  dangerous: "stroke:#a40e26,stroke-width:3px",
  broken: "stroke:#b35900,stroke-width:2px,stroke-dasharray:6 3",
  stale: "stroke:#7d6200,stroke-dasharray:6 3",
  unknown: "stroke:#6639ba,stroke-width:2px,stroke-dasharray:2 3",
  works: "stroke:#1a7f37",
  idle: "stroke:#8c959f",
};

const SHAPES: Readonly<Record<GraphKind, readonly [before: string, after: string]>> = {
  cluster: ["[[", "]]"],
  namespace: ["(", ")"],
  workload: ["[/", "/]"],
  "service-account": ["[", "]"],
  role: ["{{", "}}"],
  policy: [">", "]"],
};

const ARROWS: Readonly<Record<GraphState, string>> = {
  dangerous: "==>",
  broken: "-.->",
  stale: "-.->",
  unknown: "-.->",
  works: "-->",
  idle: "-->",
};

/**
 * The graph as a Mermaid flow chart, left to right. Names stand in quoted labels alone, and every character of theirs
 * that Markdown, HTML or Mermaid could act on is written by its number.
 * Source: mermaid.js.org, "Flowcharts – Basic Syntax", "Entity codes to escape characters".
 */
export function graphMermaid({ nodes, edges }: AccessGraph): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const states = [...new Set(nodes.map(({ state }) => state))].toSorted();
  return [
    "flowchart LR",
    ...nodes.map((node) => `  ${names.get(node.id)}${nodeText(node)}:::${node.state}`),
    ...edges.map((edge) => `  ${names.get(edge.from)} ${arrow(edge)} ${names.get(edge.to)}`),
    ...states.map((state) => `  classDef ${state} ${LOOKS[state]}`),
  ].join("\n");
}

function nodeText({ kind, label, state }: GraphNode): string {
  const [before, after] = SHAPES[kind];
  const remark = state === "works" || state === "idle" ? kind : `${kind}, ${state}`;
  return `${before}"${escaped(label)}<br/>${remark}"${after}`;
}

function arrow({ kind, state }: GraphEdge): string {
  const plain = state === "works" || state === "idle" || kind === "contains";
  const label = [...(kind === "becomes" ? ["becomes"] : []), ...(plain ? [] : [state])].join(", ");
  return `${ARROWS[state]}${label === "" ? "" : `|${label}|`}`;
}

function escaped(text: string): string {
  return printable(shortened(text)).replaceAll(
    /[^\p{L}\p{N}\p{M} ._,:/@=+-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}
