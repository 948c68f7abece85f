import { isAtLeast, SEVERITIES } from "../../model/finding.ts";
import { chainsOf } from "./chain.ts";
import type { GraphIndex, IndexedNode } from "./graph-index.ts";
import type { ShownFinding } from "./shown-graph.ts";
import { isFiltered, type View } from "./view.ts";

/** A finding with its number in the graph and the node that it is best looked at from, if it is about one of them. */
export interface ListedFinding {
  readonly at: number;
  readonly finding: ShownFinding;
  readonly node?: IndexedNode;
}

/**
 * The findings that a view asks for, in its order: those of the nodes that pass its filters, and those that have all
 * the words of its query themselves.
 * @param matches the nodes that pass the view's filters
 */
export function findingsOf(
  index: GraphIndex,
  view: View,
  matches: readonly IndexedNode[],
): readonly ListedFinding[] {
  const ofMatches = new Set(matches.flatMap(({ findings }) => findings));
  const words = view.query.trim().toLowerCase().split(/\s+/);
  const byWordsAlone = view.kind === undefined && view.states.length === 0 && view.namespace === undefined;
  const { severity } = view;
  const wanted = (finding: ShownFinding, at: number): boolean =>
    (severity === undefined || isAtLeast(finding.severity, severity)) &&
    (!isFiltered(view) ||
      ofMatches.has(at) ||
      (byWordsAlone && words.every((word) => wordsOf(finding).includes(word))));
  const listed = index.graph.findings
    .map((finding, at): ListedFinding => ({ finding, at, ...nodeOf(index, finding, at) }))
    .filter(({ finding, at }) => wanted(finding, at))
    .toSorted(byOrder(view.order));
  return view.reversed ? listed.toReversed() : listed;
}

/** Nodes of a chain whose findings are looked for. */
const CHAIN = 500;

/** What was found of the other nodes of a node's chain, each once, worst first. */
export function chainFindings(
  index: GraphIndex,
  node: IndexedNode,
): readonly (ListedFinding & { readonly node: IndexedNode })[] {
  const own = new Set(node.findings);
  const found = new Map<number, IndexedNode>();
  for (const one of chainsOf([node], CHAIN).nodes) {
    for (const at of one.findings) if (!own.has(at) && !found.has(at)) found.set(at, one);
  }
  return [...found]
    .flatMap(([at, about]) => {
      const finding = index.graph.findings[at];
      return finding === undefined ? [] : [{ at, finding, node: about }];
    })
    .toSorted(byOrder("severity"));
}

function nodeOf(index: GraphIndex, { subject }: ShownFinding, at: number): { node?: IndexedNode } {
  const node = index.byId.get(subject.id) ?? index.byFinding.get(at)?.[0];
  return node === undefined ? {} : { node };
}

function wordsOf({ rule, message, subject }: ShownFinding): string {
  return `${rule}\n${subject.name}\n${subject.id}\n${message}`.toLowerCase();
}

function byOrder(order: View["order"]): (one: ListedFinding, other: ListedFinding) => number {
  const key = ({ finding }: ListedFinding): string =>
    order === "rule" ? finding.rule : finding.subject.name;
  if (order === "severity") {
    const rank = ({ finding }: ListedFinding): number => SEVERITIES.indexOf(finding.severity);
    return (one, other) => rank(one) - rank(other) || one.at - other.at;
  }
  return (one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : one.at - other.at);
}
