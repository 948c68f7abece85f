import { GRAPH_KINDS, type GraphEdge, type GraphNode } from "../model/access-graph.ts";

/** Orders nodes: by kind, then by id. */
export function byKindAndId(one: GraphNode, other: GraphNode): number {
  return GRAPH_KINDS.indexOf(one.kind) - GRAPH_KINDS.indexOf(other.kind) || compare(one.id, other.id);
}

/** Orders edges. */
export function byEnds(one: GraphEdge, other: GraphEdge): number {
  return compare(one.from, other.from) || compare(one.to, other.to) || compare(one.kind, other.kind);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
