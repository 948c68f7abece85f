import { CROSSING, GRAPH_STATES, type GraphEdge, type GraphNode } from "../../model/access-graph.ts";
import type { ShownGraph } from "./shown-graph.ts";

/** A node of the graph, with the edges at it and what it is found by. */
export interface IndexedNode extends Omit<GraphNode, "cluster" | "namespace"> {
  /** The cluster's name; of several that have it, also where each is. */
  readonly cluster: string | undefined;
  readonly namespace: string | undefined;
  /** Its number in the graph. */
  readonly place: number;
  /** The edges that lead to it and from it, the worst first. */
  readonly into: IndexedEdge[];
  readonly outOf: IndexedEdge[];
  /** All that a search looks at, in lower case. */
  readonly words: string;
}

/** An edge that knows its ends. */
export interface IndexedEdge extends Omit<GraphEdge, "from" | "to"> {
  readonly from: IndexedNode;
  readonly to: IndexedNode;
}

/** The graph, ready to be searched. */
export interface GraphIndex {
  readonly graph: ShownGraph;
  readonly nodes: readonly IndexedNode[];
  readonly byId: ReadonlyMap<string, IndexedNode>;
  /** The nodes that a finding is about, by the finding's number. */
  readonly byFinding: ReadonlyMap<number, readonly IndexedNode[]>;
}

/** Edges whose ends are not in the graph are left out. */
export function indexed(graph: ShownGraph): GraphIndex {
  const names = clusterNames(graph.nodes);
  const nodes = graph.nodes.map((node, place) => indexedNode(node, place, names));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const edge of graph.edges) {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
    if (from === undefined || to === undefined) continue;
    const { kind, state, facts, findings } = edge;
    const between: IndexedEdge = { from, to, kind, state, facts, findings };
    from.outOf.push(between);
    to.into.push(between);
  }
  for (const { into, outOf } of nodes) {
    if (into.length > 1)
      into.sort((one, other) => worse(one.state, other.state) || worse(one.from.state, other.from.state));
    if (outOf.length > 1)
      outOf.sort((one, other) => worse(one.state, other.state) || worse(one.to.state, other.to.state));
  }
  return { graph, nodes, byId, byFinding: byFinding(nodes) };
}

/** Field by field: to spread tens of thousands takes longer than all the rest. */
function indexedNode(node: GraphNode, place: number, names: ReadonlyMap<string, string>): IndexedNode {
  const { id, kind, label, namespace, state, facts, findings } = node;
  const cluster = node.cluster && names.get(node.cluster);
  const words = wordsOf(node, cluster);
  return { id, kind, label, cluster, namespace, state, facts, findings, place, into: [], outOf: [], words };
}

/** The AWS account of a role that is assumed from another, as the edges to it say; else nothing. */
export function awsAccountOf({ into }: Pick<IndexedNode, "into">): string {
  for (const { facts } of into) for (const [label, value] of facts) if (label === CROSSING) return value;
  return "";
}

/** Orders states, worst first. */
export function worse(one: GraphNode["state"], other: GraphNode["state"]): number {
  return RANKS[one] - RANKS[other];
}

const RANKS = Object.fromEntries(GRAPH_STATES.map((state, rank) => [state, rank])) as Record<
  GraphNode["state"],
  number
>;

/** What clusters are called, by ARN: no two of them alike. */
function clusterNames(nodes: readonly GraphNode[]): ReadonlyMap<string, string> {
  const arns = new Set(nodes.flatMap(({ cluster }) => cluster ?? []));
  const byName = new Map<string, string[]>();
  for (const arn of arns) {
    const name = nameIn(arn);
    byName.set(name, [...(byName.get(name) ?? []), arn]);
  }
  return new Map(
    [...arns].map((arn) => {
      const name = nameIn(arn);
      const [, , , region = "", awsAccount = ""] = arn.split(":");
      return [arn, byName.get(name)?.length === 1 ? name : `${name} (${awsAccount}, ${region})`];
    }),
  );
}

function nameIn(arn: string): string {
  return arn.slice(arn.indexOf("/") + 1);
}

function wordsOf({ label, id, namespace = "" }: GraphNode, cluster = ""): string {
  return `${label}\n${namespace}/${label}\n${cluster}\n${id}`.toLowerCase();
}

function byFinding(nodes: readonly IndexedNode[]): Map<number, IndexedNode[]> {
  const found = new Map<number, IndexedNode[]>();
  for (const node of nodes) {
    for (const finding of node.findings) {
      const own = found.get(finding);
      if (own === undefined) found.set(finding, [node]);
      else own.push(node);
    }
  }
  return found;
}
