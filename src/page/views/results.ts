import { nodeLink, type Context } from "../context.ts";
import type { IndexedNode } from "../data/graph-index.ts";
import { pageOf } from "../data/paging.ts";
import type { View } from "../data/view.ts";
import { countOf, KIND_WORDS, placeText } from "../data/words.ts";
import { element, foreignName, type Content } from "../dom.ts";
import { stateBadge } from "../marks.ts";
import { pager } from "./pager.ts";

/** Rows on a page. */
const ROWS = 100;

/** The nodes that were searched for, the best first. */
export function results({ view, matches }: Context): Content[] {
  if (matches.length === 0) return [element("p", {}, "No matches. Try fewer words or filters.")];
  const page = pageOf(matches, view.page, ROWS);
  return [
    element(
      "table",
      { class: "results", "aria-label": countOf(matches.length, ["node", "nodes"]) },
      element(
        "thead",
        {},
        element("tr", {}, ...["Name", "Kind", "State"].map((name) => element("th", { scope: "col" }, name))),
      ),
      element("tbody", {}, ...page.items.map((node) => row(node, view))),
    ),
    pager(page, "results", (number) => ({ ...view, page: number })),
  ];
}

function row(node: IndexedNode, view: View): HTMLElement {
  const place = placeText(node);
  return element(
    "tr",
    {},
    element(
      "td",
      {},
      nodeLink(view, node, foreignName(node.label)),
      place !== "" && element("p", { class: "place" }, place),
    ),
    element("td", {}, KIND_WORDS[node.kind][0]),
    element("td", {}, stateBadge(node.state)),
  );
}
