import type { AccessGraph, GraphEdge, GraphNode } from "../model/access-graph.ts";
import { grouped } from "../model/grouped.ts";

/**
 * The part of the graph that concerns namespaces: they, what is in them, and all that it leads to. States stay those of
 * the whole: a role is dangerous also where another namespace is the reason.
 */
export function restrictedTo(namespaces: readonly string[], graph: AccessGraph): AccessGraph {
  if (namespaces.length === 0) return graph;
  const inside = graph.nodes.filter(({ namespace = "" }) => namespaces.includes(namespace));
  const kept = new Set(inside.map(({ id }) => id));
  for (const { id, kind } of graph.nodes)
    if (kind === "cluster" && inside.some((one) => one.id.startsWith(`${id}/`))) kept.add(id);
  // Edges of these kinds lead onwards only: a role to others and to its policies.
  const onward = grouped(
    graph.edges.filter(({ kind }) => kind === "assumes" || kind === "attached"),
    ({ from }) => from,
  );
  // What is added meanwhile is looked at too.
  for (const id of kept) for (const { to } of onward.get(id) ?? []) kept.add(to);
  return withFindings(
    graph,
    graph.nodes.filter(({ id }) => kept.has(id)),
    graph.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  );
}

/** Keeps the findings that something left in the graph names. */
function withFindings(
  graph: AccessGraph,
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
): AccessGraph {
  const named = new Set([...nodes, ...edges].flatMap(({ findings }) => findings));
  const order = [...graph.findings.keys()].filter((index) => named.has(index));
  const moved = new Map(order.map((index, to) => [index, to]));
  const renumbered = <T extends GraphNode | GraphEdge>(one: T): T => ({
    ...one,
    findings: one.findings.flatMap((index) => moved.get(index) ?? []),
  });
  return {
    ...graph,
    nodes: nodes.map(renumbered),
    edges: edges.map(renumbered),
    findings: graph.findings.filter((_, index) => named.has(index)),
  };
}
