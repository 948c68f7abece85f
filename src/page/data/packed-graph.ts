import type { ClusterArn } from "../../model/arn.ts";
import type { NotRead } from "../../model/access-answers.ts";
import {
  GRAPH_KINDS,
  GRAPH_STATES,
  type GraphEdge,
  type GraphFact,
  type GraphNode,
} from "../../model/access-graph.ts";
import { frontCoded, frontDecoded, type FrontCoded } from "./front-coding.ts";
import type { ShownFinding, ShownGraph } from "./shown-graph.ts";
import { textTable } from "./text-table.ts";

/** Stands for what is not there: a text that none of the table's numbers means. */
const NONE = -1;
const EDGE_KINDS = [
  "contains",
  "runs-as",
  "assumes",
  "attached",
] as const satisfies readonly GraphEdge["kind"][];

/** Numbers of texts, by turns label and value. */
type PackedFacts = readonly number[];
type PackedNode = readonly [
  id: number,
  kind: number,
  label: number,
  cluster: number,
  namespace: number,
  state: number,
  facts: PackedFacts,
  findings: readonly number[],
];
type PackedEdge = readonly [
  from: number,
  to: number,
  kind: number,
  state: number,
  facts: PackedFacts,
  findings: readonly number[],
];
/** A finding whose evidence is numbers of texts: it repeats itself most. */
type PackedFinding = Omit<ShownFinding, "evidence"> & { readonly evidence: PackedFacts };

/** A `ShownGraph` as the page carries it: every text once, nodes by their number. */
export interface PackedGraph {
  readonly awsAccount: string | null;
  readonly observedAt: string;
  readonly texts: FrontCoded;
  readonly nodes: readonly PackedNode[];
  readonly edges: readonly PackedEdge[];
  readonly findings: readonly PackedFinding[];
  readonly notRead: readonly NotRead[];
}

/** @throws Error when an edge leads from or to a node that the graph does not have. */
export function pack(graph: ShownGraph): PackedGraph {
  const { texts, numberOf } = textTable(textsOf(graph));
  const places = new Map(graph.nodes.map(({ id }, at) => [id, at]));
  const optional = (text: string | undefined): number => (text === undefined ? NONE : numberOf(text));
  const facts = (list: readonly GraphFact[]): PackedFacts => {
    const numbers: number[] = [];
    for (const [label, value] of list) numbers.push(numberOf(label), numberOf(value));
    return numbers;
  };
  const placeOf = (id: string): number => {
    const place = places.get(id);
    if (place === undefined) throw new Error(`an edge names the node ${id}, which is not in the graph`);
    return place;
  };
  return {
    awsAccount: graph.awsAccount,
    observedAt: graph.observedAt,
    texts: frontCoded(texts),
    nodes: graph.nodes.map((node) => [
      numberOf(node.id),
      GRAPH_KINDS.indexOf(node.kind),
      numberOf(node.label),
      optional(node.cluster),
      optional(node.namespace),
      GRAPH_STATES.indexOf(node.state),
      facts(node.facts),
      node.findings,
    ]),
    edges: graph.edges.map((edge) => [
      placeOf(edge.from),
      placeOf(edge.to),
      EDGE_KINDS.indexOf(edge.kind),
      GRAPH_STATES.indexOf(edge.state),
      facts(edge.facts),
      edge.findings,
    ]),
    findings: graph.findings.map((finding) => ({ ...finding, evidence: facts(finding.evidence) })),
    notRead: graph.notRead,
  };
}

/** Each once; ids and labels apart, as nodes are in order: the fewer runs that are sorted already, the less is to be sorted. */
function textsOf({ nodes, edges, findings }: ShownGraph): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const { id } of nodes) texts.add(id);
  for (const { label } of nodes) texts.add(label);
  for (const { cluster, namespace } of nodes) {
    if (cluster !== undefined) texts.add(cluster);
    if (namespace !== undefined) texts.add(namespace);
  }
  const addAll = (facts: readonly GraphFact[]): void => {
    for (const [label, value] of facts) texts.add(label).add(value);
  };
  for (const { facts } of nodes) addAll(facts);
  for (const { facts } of edges) addAll(facts);
  for (const { evidence } of findings) addAll(evidence);
  return texts;
}

/** The graph that was packed, to the letter. */
export function unpack(packed: PackedGraph): ShownGraph {
  const texts = frontDecoded(packed.texts);
  const text = (number: number): string => texts[number] ?? "";
  const facts = (numbers: PackedFacts): GraphFact[] =>
    Array.from({ length: numbers.length / 2 }, (_, at) => [
      text(numbers[at * 2] ?? NONE),
      text(numbers[at * 2 + 1] ?? NONE),
    ]);
  const idOf = (place: number): string => text(packed.nodes[place]?.[0] ?? NONE);
  return {
    awsAccount: packed.awsAccount,
    observedAt: packed.observedAt,
    nodes: packed.nodes.map(([id, kind, label, cluster, namespace, state, own, findings]): GraphNode => ({
      id: text(id),
      kind: GRAPH_KINDS[kind] ?? "cluster",
      label: text(label),
      ...(cluster !== NONE && { cluster: text(cluster) as ClusterArn }),
      ...(namespace !== NONE && { namespace: text(namespace) }),
      state: GRAPH_STATES[state] ?? "unknown",
      facts: facts(own),
      findings,
    })),
    edges: packed.edges.map(([from, to, kind, state, own, findings]): GraphEdge => ({
      from: idOf(from),
      to: idOf(to),
      kind: EDGE_KINDS[kind] ?? "contains",
      state: GRAPH_STATES[state] ?? "unknown",
      facts: facts(own),
      findings,
    })),
    findings: packed.findings.map((finding) => ({ ...finding, evidence: facts(finding.evidence) })),
    notRead: packed.notRead,
  };
}
