import { atNode, hashOf, type View } from "../data/view.ts";
import type { GraphIndex } from "../data/graph-index.ts";
import type { LiveChange } from "../data/live.ts";
import { element, foreign, type Content } from "../dom.ts";

/** What changed while the page was served, the latest first; what it is about is a link as long as it is there. */
export function changesList(changes: readonly LiveChange[], index: GraphIndex, view: View): Content[] {
  return [
    element("h2", { id: "changes-heading" }, "Changes"),
    changes.length === 0
      ? element("p", {}, "None since the page was served.")
      : element("ol", { class: "changes" }, ...changes.map((change) => changeItem(change, index, view))),
  ];
}

function changeItem({ at, text, tone, node }: LiveChange, index: GraphIndex, view: View): HTMLElement {
  const isThere = node !== undefined && index.byId.has(node);
  const said = foreign(text);
  return element(
    "li",
    { class: tone },
    element("time", { datetime: at }, `${at.slice(11, 19)} UTC`),
    " ",
    isThere ? element("a", { href: hashOf(atNode(view, node)) }, said) : said,
  );
}
