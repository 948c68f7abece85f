import { linkTo, nodeLink, type Context } from "../context.ts";
import { edgesFrom } from "../data/chain.ts";
import { chainFindings } from "../data/findings.ts";
import type { GraphIndex, IndexedEdge, IndexedNode } from "../data/graph-index.ts";
import { atNode, type View } from "../data/view.ts";
import {
  countOf,
  EDGE_WORDS,
  KIND_WORDS,
  nameText,
  ORDINARY,
  placeText,
  STATE_WORDS,
} from "../data/words.ts";
import { element, foreignName, type Content } from "../dom.ts";
import { stateBadge } from "../marks.ts";
import { factList } from "./facts.ts";
import { findingCard } from "./finding-card.ts";

/** Findings of other nodes that are said in full. */
const ON_CHAIN = 5;
/** Neighbors that the chain names at each node. */
const NEIGHBORS = 25;
/** Nodes that the chain names in all, each way. */
const MOST = 200;

/** The details of one node: state, facts, findings with their fixes, and its chain as lists. */
export function detail({ index, view }: Context, node: IndexedNode): Content[] {
  const place = placeText(node);
  return [
    element(
      "div",
      { class: "title" },
      element(
        "p",
        { class: "kind" },
        KIND_WORDS[node.kind][0],
        place !== "" && " in ",
        place !== "" && place,
      ),
      element("h2", { id: "detail-heading", tabindex: -1 }, foreignName(node.label)),
      linkTo(atNode(view), { class: "close", "data-key": "close", "aria-label": "Close" }, "Close"),
    ),
    element("p", {}, stateBadge(node.state), `: ${STATE_WORDS[node.state]}`),
    factList([...node.facts, ...identity(node)]),
    node.findings.length > 0 && element("h3", {}, countOf(node.findings.length, ["finding", "findings"])),
    ...node.findings.flatMap((at) => {
      const finding = index.graph.findings[at];
      return finding === undefined ? [] : [findingCard(finding)];
    }),
    ...elsewhere(index, node, view),
    ...chainList("Incoming", "into", node, view),
    ...chainList("Outgoing", "outOf", node, view),
  ];
}

/** What was found of other nodes of its chain: there the cause may be. */
function elsewhere(index: GraphIndex, node: IndexedNode, view: View): Content[] {
  const on = chainFindings(index, node);
  if (on.length === 0) return [];
  const hidden = on.length - ON_CHAIN;
  return [
    element("h3", {}, `${countOf(on.length, ["finding", "findings"])} elsewhere on its chain`),
    ...on
      .slice(0, ON_CHAIN)
      .map(({ finding, node: about }) =>
        findingCard(finding, nodeLink(view, about, foreignName(finding.subject.name))),
      ),
    hidden > 0 &&
      element("p", { class: "more" }, `and ${countOf(hidden, ["other", "others"])}, in the table`),
  ];
}

/** The name where it was too long for a heading, and the ARN, unless a fact says it. */
function identity({ id, label, facts, kind }: IndexedNode): [string, string][] {
  const hasArn = kind === "role" || kind === "policy" || kind === "cluster";
  return [
    ...(nameText(label).length < label.length ? [["name", label] as [string, string]] : []),
    ...(hasArn && !facts.some(([, value]) => value === id) ? [["id", id] as [string, string]] : []),
  ];
}

type Direction = "into" | "outOf";

function chainList(title: string, direction: Direction, node: IndexedNode, view: View): Content[] {
  const left = { nodes: MOST };
  const list = steps(node, direction, view, left, new Set([node]));
  return list === undefined ? [] : [element("h3", {}, title), list];
}

/** The steps from a node in one direction, nested; in a circle each node stands once. */
function steps(
  node: IndexedNode,
  direction: Direction,
  view: View,
  left: { nodes: number },
  passed: ReadonlySet<IndexedNode>,
): HTMLElement | undefined {
  const all = direction === "into" ? node.into : edgesFrom(node);
  const edges = all.filter((edge) => !passed.has(endOf(edge, direction)));
  if (edges.length === 0) return undefined;
  const shown = edges.slice(0, Math.min(NEIGHBORS, Math.max(1, left.nodes)));
  left.nodes -= shown.length;
  const hidden = edges.length - shown.length;
  return element(
    "ul",
    { class: "chain" },
    ...shown.map((edge) => {
      const end = endOf(edge, direction);
      return element(
        "li",
        {},
        step(edge, end, direction, view),
        left.nodes > 0 ? steps(end, direction, view, left, new Set([...passed, end])) : undefined,
      );
    }),
    hidden > 0 &&
      element(
        "li",
        { class: "more" },
        `and ${countOf(hidden, ["other", "others"])}: search for them by name`,
      ),
  );
}

function endOf(edge: IndexedEdge, direction: Direction): IndexedNode {
  return direction === "into" ? edge.from : edge.to;
}

function step(edge: IndexedEdge, end: IndexedNode, direction: Direction, view: View): HTMLElement {
  const words = direction === "outOf" ? `${EDGE_WORDS[edge.kind]} ` : "";
  const back = direction === "into" ? ` ${EDGE_WORDS[edge.kind]} it` : "";
  return element(
    "div",
    { class: `step ${edge.state}` },
    element("span", { class: "by" }, `${words}${KIND_WORDS[end.kind][0]} `),
    nodeLink(view, end, foreignName(end.label)),
    element("span", { class: "by" }, back),
    " ",
    stateBadge(end.state),
    edge.kind !== "contains" &&
      edge.state !== end.state &&
      !ORDINARY.includes(edge.state) &&
      element("span", { class: "by" }, ", the way there ", stateBadge(edge.state)),
    factList(edge.facts),
  );
}
