import { line, type Piece, type Styles } from "./line.ts";
import {
  GRAPH_KINDS,
  GRAPH_STATES,
  type AccessGraph,
  type GraphKind,
  type GraphState,
} from "../model/access-graph.ts";
import { notReadLines } from "./access-text.ts";

const NOUNS: Readonly<Record<GraphKind, readonly [one: string, many: string]>> = {
  "aws-account": ["AWS account", "AWS accounts"],
  cluster: ["cluster", "clusters"],
  namespace: ["namespace", "namespaces"],
  workload: ["workload", "workloads"],
  "service-account": ["ServiceAccount", "ServiceAccounts"],
  role: ["role", "roles"],
  policy: ["policy", "policies"],
};

/**
 * As much as Mermaid draws unless its `maxEdges` or `maxTextSize` are raised.
 * Source: mermaid.js.org, configuration schema.
 */
const MERMAID = { edges: 500, characters: 50_000 };

/** What was asked for, and what was made of it. */
export interface Written {
  readonly namespaces: readonly string[];
  readonly format: string;
  readonly text: string;
}

/** What the picture shows, in a few lines beside it. */
export function graphSummary(
  graph: AccessGraph,
  { namespaces, format, text }: Written,
  color: Styles,
): Piece[] {
  const { nodes, edges, notRead } = graph;
  const counts = GRAPH_KINDS.flatMap((kind) => {
    const many = nodes.filter((one) => one.kind === kind).length;
    // A graph of one AWS account has no node for it.
    return many === 0 && kind === "aws-account" ? [] : [`${many} ${NOUNS[kind][many === 1 ? 0 : 1]}`];
  });
  return [
    `  ${counts.join(", ")}`,
    ...troubles(graph),
    ...namespaces
      .filter((name) => nodes.every(({ namespace }) => namespace !== name))
      .map(
        (name) =>
          line`  ${color.yellow("!")} nothing in namespace ${name}: no ServiceAccount in it has a role, or it does not exist`,
      ),
    ...(format === "mermaid" && (edges.length > MERMAID.edges || text.length > MERMAID.characters)
      ? [
          line`  ${color.yellow("!")} Mermaid draws ${MERMAID.edges} edges and ${MERMAID.characters} characters unless its maxEdges and maxTextSize are raised; this graph has ${edges.length} and ${text.length}. Use -n to limit it to a namespace`,
        ]
      : []),
    ...notReadLines(notRead, color),
  ];
}

/** Of ServiceAccounts and roles, how many are in which trouble. */
function troubles({ nodes }: AccessGraph): Piece[] {
  const isTrouble = (state: GraphState): boolean => state !== "works" && state !== "idle";
  return (["service-account", "role"] as const).flatMap((kind) => {
    const states = GRAPH_STATES.filter(isTrouble).flatMap((state) => {
      const many = nodes.filter((one) => one.kind === kind && one.state === state).length;
      return many === 0 ? [] : [`${many} ${state}`];
    });
    return states.length === 0 ? [] : [`  ${NOUNS[kind][1]}: ${states.join(", ")}`];
  });
}
