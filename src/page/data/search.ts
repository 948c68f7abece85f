import { isAtLeast } from "../../model/finding.ts";
import { worse, type GraphIndex, type IndexedNode } from "./graph-index.ts";
import type { View } from "./view.ts";

/**
 * The nodes that a view asks for: those that have every word of its query in name, namespace, cluster or ARN, and pass
 * its filters. The best first: whose name is, begins with or has the query; then the worst state; then as in the graph.
 */
export function matchesOf(index: GraphIndex, view: View): IndexedNode[] {
  const query = view.query.trim().toLowerCase();
  const words = query.split(/\s+/);
  const inNamespace = view.namespace === undefined ? undefined : reachedFrom(index, view.namespace);
  const { findings } = index.graph;
  const { kind, severity, states } = view;
  return index.nodes
    .filter(
      (node) =>
        (kind === undefined || node.kind === kind) &&
        (states.length === 0 || states.includes(node.state)) &&
        (inNamespace === undefined || inNamespace.has(node)) &&
        words.every((word) => node.words.includes(word)) &&
        (severity === undefined ||
          node.findings.some((at) => isAtLeast(findings[at]?.severity ?? "low", severity))),
    )
    .map((node) => ({ node, rank: rankOf(node, query) }))
    .toSorted(
      (one, other) =>
        one.rank - other.rank || worse(one.node.state, other.node.state) || one.node.place - other.node.place,
    )
    .map(({ node }) => node);
}

function rankOf({ label }: IndexedNode, query: string): number {
  if (query === "") return 0;
  const name = label.toLowerCase();
  if (name === query) return 0;
  if (name.startsWith(query)) return 1;
  return name.includes(query) ? 2 : 3;
}

/** What is in a namespace, and what leads from there: roles and policies have none of their own. */
function reachedFrom({ nodes }: GraphIndex, namespace: string): Set<IndexedNode> {
  const reached = new Set(nodes.filter((node) => namespaceOf(node) === namespace));
  // A set gives also what was put into it meanwhile.
  for (const node of reached) for (const { to } of node.outOf) reached.add(to);
  return reached;
}

/** `CLUSTER/NAMESPACE`, for what is in one. */
export function namespaceOf({ cluster, namespace }: IndexedNode): string | undefined {
  return namespace === undefined ? undefined : `${cluster ?? ""}/${namespace}`;
}
