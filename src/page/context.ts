import type { GraphIndex, IndexedNode } from "./data/graph-index.ts";
import { atNode, hashOf, type View } from "./data/view.ts";
import { element, type Content } from "./dom.ts";

/** What every part of the page is made from. */
export interface Context {
  readonly index: GraphIndex;
  readonly view: View;
  /** The nodes that pass the view's filters, best first. */
  readonly matches: readonly IndexedNode[];
}

/** A link to another view; no link of the page leads out of it. */
export function linkTo(view: View, attributes: Record<string, string>, ...content: Content[]): HTMLElement {
  return element("a", { href: hashOf(view), ...attributes }, ...content);
}

/** A link to a node's chain. */
export function nodeLink(view: View, node: IndexedNode, ...content: Content[]): HTMLElement {
  return linkTo(atNode(view, node.id), { "data-key": `link ${node.id}` }, ...content);
}
