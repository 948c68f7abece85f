import type { Context } from "../context.ts";
import { chainsOf, wholePart, type Part } from "../data/chain.ts";
import type { IndexedNode } from "../data/graph-index.ts";
import { scopeOf } from "../data/search.ts";
import { isFiltered } from "../data/view.ts";
import { countOf, KIND_WORDS, nameText, numberText } from "../data/words.ts";
import { element, foreignName, type Content } from "../dom.ts";
import type { Measure } from "../picture/shorten.ts";
import { overview } from "./overview.ts";
import { picture } from "./picture.ts";
import { results } from "./results.ts";

/** The number of nodes that can be read in one picture, and laid out without delay. */
const MOST_DRAWN = 150;

/** What the main part of the page shows, and what is said of it to those who don't see it. */
export interface Stage {
  readonly content: readonly Content[];
  readonly said: string;
}

/**
 * The chain of the node that is looked at; else what was searched for; else all of it, or where it begins.
 * @param available the width that there is, in pixels
 */
export function stage(context: Context, available: number, measure: Measure): Stage {
  const { index, view, matches } = context;
  const node = view.node === undefined ? undefined : index.byId.get(view.node);
  const draw = (part: Part, asked: readonly IndexedNode[]): Content =>
    part.nodes.size > 0 &&
    element("div", { class: "canvas" }, picture(part, new Set(asked), view, available, measure));
  if (view.node !== undefined && node === undefined) return missing();
  if (node !== undefined) {
    const part = chainsOf([node], MOST_DRAWN);
    const title = element("h2", {}, "Chain of ", foreignName(node.label));
    const size = countOf(part.total, ["node", "nodes"]);
    return {
      content: [title, element("p", { class: "count" }, size, limit(part)), draw(part, [node])],
      said: `${KIND_WORDS[node.kind][0]} ${nameText(node.label)}, ${node.state}; its chain has ${size}`,
    };
  }
  if (isFiltered(view)) {
    const part = chainsOf(matches, MOST_DRAWN, scopeOf(index, view));
    const found = countOf(matches.length, ["node", "nodes"]);
    const more = part.nodes.size >= MOST_DRAWN && matches.length > 1;
    const count = more
      ? `${found}; drawn are the chains of the first, ${numberText(part.nodes.size)} nodes: narrow it by more words or filters`
      : found;
    return {
      content: [
        element("h2", {}, "Found"),
        element("p", { class: "count" }, count),
        draw(part, matches),
        ...results(context),
      ],
      said: `${found} found`,
    };
  }
  return whole(context, draw);
}

function whole(context: Context, draw: (part: Part, asked: readonly IndexedNode[]) => Content): Stage {
  const { nodes } = context.index;
  const said = countOf(nodes.length, ["node", "nodes"]);
  if (nodes.length === 0) {
    return {
      content: [
        element("h2", {}, "Nothing to show"),
        element("p", {}, "no cluster, ServiceAccount or role was found"),
      ],
      said,
    };
  }
  if (nodes.length <= MOST_DRAWN) {
    return { content: [element("h2", {}, "Overview"), draw(wholePart(nodes), nodes)], said };
  }
  const [title, opened] =
    context.index.graph.awsAccount === null
      ? ["AWS accounts and clusters", "a cluster"]
      : ["Clusters and namespaces", "a namespace"];
  return {
    content: [
      element("h2", {}, title),
      element("p", { class: "count" }, `${said}, too many to show: open ${opened}, or search`),
      ...overview(context),
    ],
    said,
  };
}

function limit({ nodes, total }: Part): string {
  if (nodes.size >= total) return "";
  return `; drawn are the ${numberText(nodes.size)} nearest, the worst of them first`;
}

function missing(): Stage {
  const said = "this link leads to a node that is not in this file";
  return { content: [element("h2", {}, "Not found"), element("p", {}, said)], said };
}
