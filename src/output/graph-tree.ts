import {
  CROSSING,
  NOT_READ,
  type AccessGraph,
  type GraphEdge,
  type GraphKind,
  type GraphNode,
  type GraphState,
} from "../model/access-graph.ts";
import type { ReportedFinding } from "../model/audit-report.ts";
import { grouped } from "../model/grouped.ts";
import { shortened } from "../model/printable.ts";
import { joined, line, type Line, type Piece, type Styles } from "./line.ts";
import { TextBlock } from "./text-block.ts";

/** What the branches of a tree are drawn with. */
interface Branches {
  readonly item: string;
  readonly last: string;
  readonly down: string;
}

const BOXES: Branches = { item: "├── ", last: "└── ", down: "│   " };
const ASCII: Branches = { item: "|-- ", last: "`-- ", down: "|   " };
const NOTHING = "    ";

/** What stands before a label; a workload's begins with its kind. */
const WORDS: Readonly<Record<GraphKind, string>> = {
  "aws-account": "AWS account ",
  cluster: "cluster ",
  namespace: "namespace ",
  workload: "",
  "service-account": "ServiceAccount ",
  role: "role ",
  policy: "policy ",
};

/** How a tree is drawn. */
export interface TreeLook {
  /** False where only ASCII can be shown. */
  readonly isUtf8: boolean;
  readonly color: Styles;
}

/**
 * The graph as a tree: cluster, namespace, workload, ServiceAccount, role, policy, each with its state and findings. What
 * several lead to is drawn below the first of them, and named below the others. Last come the roles that nothing leads to.
 */
export function graphTree(graph: AccessGraph, look: TreeLook): TextBlock {
  const forest = forestOf(graph);
  const { nodes, edges } = graph;
  const reached = new Set(edges.filter(({ from, to }) => from !== to).map(({ to }) => to));
  const roots = nodes.filter(({ id }) => !reached.has(id));
  // Of a circle, which no chain is, the first is a root.
  const lines = [...roots, ...nodes].flatMap((node) =>
    forest.drawn.has(node.id) ? [] : branchLines({ node, edge: undefined }, forest, look, ["", ""]),
  );
  return TextBlock.of(lines);
}

/** A node, and the edge by which it was come to. */
interface Branch {
  readonly node: GraphNode;
  readonly edge: GraphEdge | undefined;
}

interface Forest {
  readonly below: (id: string) => readonly Branch[];
  readonly isRole: (id: string) => boolean;
  readonly findings: readonly ReportedFinding[];
  /** The ids of the nodes that have been drawn with what is below them. */
  readonly drawn: Set<string>;
}

function forestOf({ nodes, edges, findings }: AccessGraph): Forest {
  const places = new Map(nodes.map((node, at) => [node.id, { node, at }]));
  const edgesFrom = grouped(edges, ({ from }) => from);
  const below = (id: string): readonly Branch[] =>
    (edgesFrom.get(id) ?? [])
      .flatMap((edge) => {
        const place = places.get(edge.to);
        return place === undefined ? [] : [{ edge, ...place }];
      })
      .toSorted((one, other) => one.at - other.at);
  const isRole = (id: string): boolean => places.get(id)?.node.kind === "role";
  return { below, isRole, findings, drawn: new Set() };
}

/** @param indents what stands before the node itself, and before what is below it */
function branchLines(
  branch: Branch,
  forest: Forest,
  look: TreeLook,
  [own, inner]: readonly [own: string, inner: string],
): Line[] {
  const { node } = branch;
  const again = forest.drawn.has(node.id);
  forest.drawn.add(node.id);
  const below = forest.below(node.id);
  const found = findingLines(branch, again, forest, look);
  if (again) {
    const isRepeated = below.length > 0 || node.findings.length > 0;
    return [
      line`${own}${nodeLine(branch, look)}${isRepeated ? "  (shown above)" : ""}`,
      ...found.map((one) => line`${inner}${NOTHING}${one}`),
    ];
  }
  const { item, last, down } = look.isUtf8 ? BOXES : ASCII;
  return [
    line`${own}${nodeLine(branch, look)}`,
    ...found.map((one) => line`${inner}${below.length > 0 ? down : NOTHING}${one}`),
    ...below.flatMap((one, at) =>
      at < below.length - 1
        ? branchLines(one, forest, look, [`${inner}${item}`, `${inner}${down}`])
        : branchLines(one, forest, look, [`${inner}${last}`, `${inner}${NOTHING}`]),
    ),
  ];
}

function nodeLine({ node, edge }: Branch, { color }: TreeLook): Line {
  const { kind, label, state, facts } = node;
  const lost = facts.flatMap(([name, value]) => (name === NOT_READ ? [`${name}: ${value}`] : []));
  const remarks = [...lost, ...(edge === undefined ? [] : edgeRemarks(edge, color))];
  const told = remarks.length === 0 ? "" : line`  (${joined(remarks, ", ")})`;
  return line`${WORDS[kind]}${shortened(label)}  ${painted(state, color)(`[${state}]`)}${told}`;
}

/** What of an edge the nodes at its ends do not say. */
function edgeRemarks({ kind, state, facts }: GraphEdge, color: Styles): Piece[] {
  if (kind === "contains") return [];
  const as = facts.flatMap(([label, value]) => (label === "as" && value !== "attached" ? [value] : []));
  // That a role could be assumed and is not asked for shows in the edge alone.
  const isPlain = state === "works" || (state === "idle" && kind !== "assumes");
  const across = facts.flatMap(([label, value]) => (label === CROSSING ? [`${label} ${value}`] : []));
  return [
    ...as,
    ...across,
    ...(isPlain ? [] : [line`${kind.replace("-", " ")}: ${painted(state, color)(state)}`]),
  ];
}

/** The findings about a node and the edge to it; of a node that has been drawn, those about the edge alone. */
function findingLines(
  { node, edge }: Branch,
  again: boolean,
  { findings, isRole }: Forest,
  { color }: TreeLook,
): Line[] {
  // What is found of a chain of roles stands at its first one.
  const isOnward = edge !== undefined && isRole(edge.from) && isRole(edge.to);
  const ofEdge = isOnward ? [] : (edge?.findings ?? []).filter((index) => !node.findings.includes(index));
  return [...(again ? [] : node.findings), ...ofEdge].flatMap((index) => {
    const found = findings[index];
    if (found === undefined) return [];
    const { severity, rule, message } = found;
    return [line`${color.yellow("!")} ${severity} ${rule}: ${message}`];
  });
}

function painted(state: GraphState, color: Styles): (piece: Piece) => Line {
  switch (state) {
    case "dangerous":
      return color.boldRed;
    case "broken":
      return color.red;
    case "stale":
    case "unknown":
      return color.yellow;
    case "works":
      return color.green;
    case "idle":
      return color.dim;
  }
}
