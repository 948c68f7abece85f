import { worse, type IndexedEdge, type IndexedNode } from "./graph-index.ts";

/** A part of the graph. */
export interface Part {
  readonly nodes: ReadonlySet<IndexedNode>;
  /** The edges between them. */
  readonly edges: readonly IndexedEdge[];
  /** How many nodes it would have if there were no limit. */
  readonly total: number;
}

/**
 * The chains of some nodes: what leads to them and where they lead, the nearest and the worst first, up to a number of
 * nodes. Of several, the chain of the first is complete before that of the next begins.
 * @param scope the nodes that chains may have; all if left out
 */
export function chainsOf(
  starts: readonly IndexedNode[],
  most: number,
  scope?: ReadonlySet<IndexedNode>,
): Part {
  const all = new Set<IndexedNode>();
  const nodes = new Set<IndexedNode>();
  for (const start of starts) {
    const within = (next: (node: IndexedNode) => IndexedNode[]) => (node: IndexedNode) =>
      next(node).filter((one) => scope?.has(one) ?? true);
    for (const node of alternately(reached(start, within(before)), reached(start, within(after)))) {
      all.add(node);
      if (nodes.size < most) nodes.add(node);
    }
    // Counting all chains of thousands would take longer than drawing the first ones.
    if (nodes.size >= most && starts.length > 1) break;
  }
  return { nodes, edges: edgesAmong(nodes), total: all.size };
}

/** All of it. */
export function wholePart(nodes: readonly IndexedNode[]): Part {
  return { nodes: new Set(nodes), edges: nodes.flatMap(({ outOf }) => outOf), total: nodes.length };
}

function edgesAmong(nodes: ReadonlySet<IndexedNode>): IndexedEdge[] {
  return [...nodes].flatMap(({ outOf }) => outOf.filter(({ to }) => nodes.has(to)));
}

function before(node: IndexedNode): IndexedNode[] {
  return node.into.map(({ from }) => from);
}

function after(node: IndexedNode): IndexedNode[] {
  return edgesFrom(node).map(({ to }) => to);
}

/**
 * The edges by which a node leads on, the worst first: its own and, for a ServiceAccount, those to the roles that every
 * ServiceAccount of its namespace or its cluster can assume.
 */
export function edgesFrom(node: IndexedNode): IndexedEdge[] {
  if (node.kind !== "service-account") return node.outOf;
  const own = new Set(node.outOf.map(({ to }) => to));
  const open = [...reached(node, before)].flatMap(openFrom).filter(({ to }) => !own.has(to));
  return [...node.outOf, ...open].toSorted((one, other) => worse(one.state, other.state));
}

function openFrom({ kind, outOf }: IndexedNode): IndexedEdge[] {
  return kind === "namespace" || kind === "cluster" ? outOf.filter((edge) => edge.kind === "assumes") : [];
}

/** In breadth, so that a limit cuts off what is farthest. */
function* reached(
  start: IndexedNode,
  next: (node: IndexedNode) => readonly IndexedNode[],
): Generator<IndexedNode, undefined> {
  const seen = new Set([start]);
  for (const node of seen) {
    yield node;
    for (const one of next(node)) seen.add(one);
  }
  return undefined;
}

function* alternately<T>(one: Generator<T, undefined>, other: Generator<T, undefined>): Generator<T> {
  const open = new Set([one, other]);
  while (open.size > 0) {
    for (const generator of open) {
      const { value, done } = generator.next();
      if (done === true) open.delete(generator);
      else yield value;
    }
  }
}
