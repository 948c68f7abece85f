import { edgesFrom } from "./chain.ts";
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
  const inNamespace = scopeOf(index, view);
  const { findings } = index.graph;
  const { kind, severity, states } = view;
  return index.nodes
    .filter(
      (node) =>
        (kind === undefined || node.kind === kind) &&
        (states.length === 0 || states.includes(node.state)) &&
        (inNamespace === undefined || (inNamespace.has(node) && node.kind !== "cluster")) &&
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

/**
 * The nodes that concern the namespace of a view, if it has one: the namespace, its contents, the roles and policies that
 * these lead to, and the cluster. Roles and policies can be shared with other namespaces, which do not belong to it.
 */
export function scopeOf(
  { nodes }: GraphIndex,
  { namespace }: Pick<View, "namespace">,
): ReadonlySet<IndexedNode> | undefined {
  if (namespace === undefined) return undefined;
  const inside = nodes.filter((node) => namespaceOf(node) === namespace);
  const scope = new Set(inside);
  // Iterating over a set includes what is added meanwhile.
  for (const node of scope) for (const { to } of edgesFrom(node)) scope.add(to);
  for (const { into } of inside) for (const { from } of into) if (from.kind === "cluster") scope.add(from);
  return scope;
}

/** `CLUSTER/NAMESPACE`, for what is in one. */
export function namespaceOf({ cluster, namespace }: IndexedNode): string | undefined {
  return namespace === undefined ? undefined : `${cluster ?? ""}/${namespace}`;
}
