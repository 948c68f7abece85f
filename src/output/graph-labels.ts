import { crosses, type GraphEdge, type GraphNode, type GraphState } from "../model/access-graph.ts";

/** What DOT and Mermaid say below a node's name: its kind, and its state unless all is well. */
export function nodeRemark({ kind, state }: Pick<GraphNode, "kind" | "state">): string {
  return isPlain(state) ? kind : `${kind}, ${state}`;
}

/** What they say at an edge; empty for one that needs no word. */
export function edgeLabel({ kind, state, facts }: Pick<GraphEdge, "kind" | "state" | "facts">): string {
  return [
    ...(kind === "assumes" ? ["assumes"] : []),
    ...(crosses(facts) ? ["across AWS accounts"] : []),
    ...(isPlain(state) || kind === "contains" ? [] : [state]),
  ].join(", ");
}

function isPlain(state: GraphState): boolean {
  return state === "works" || state === "idle";
}
