import type { Context } from "./context.ts";
import { indexed, type GraphIndex } from "./data/graph-index.ts";
import type { LiveChange } from "./data/live.ts";
import { unpack, type PackedGraph } from "./data/packed-graph.ts";
import { matchesOf } from "./data/search.ts";
import { atNode, hashOf, viewOf, type View } from "./data/view.ts";
import { byId, replaceContent, withKey } from "./dom.ts";
import type { Measure } from "./picture/shorten.ts";
import { followLive } from "./live.ts";
import { changesList } from "./views/changes.ts";
import { detail } from "./views/detail.ts";
import { findingsTable } from "./views/findings.ts";
import { head } from "./views/head.ts";
import { stage } from "./views/stage.ts";
import { makeToolbar, type Toolbar } from "./views/toolbar.ts";

/** Milliseconds after the last change of the window's width. */
const PAUSE = 150;
/** In pixels; what is wider than the paper is printed smaller. */
const PRINTED_WIDTH = 1000;
/** Of names in the picture, in pixels, as in style/picture.css. */
const NAME_SIZE = 13;

/** Shows the graph that the page carries; from then on its address says what is looked at. */
function start(): void {
  let shown: View | undefined;
  let changes: readonly LiveChange[] = [];
  let { index, toolbar } = opened(JSON.parse(byId("data").textContent) as PackedGraph);
  const show = (width?: number): void => {
    const view = viewOf(location.hash);
    render(index, view, toolbar, width);
    showChanges(changes, index, view);
    if (shown !== undefined && view.node !== shown.node) moveTo(view, shown);
    centreSelected();
    shown = view;
  };
  // The part after # belongs to the view.
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("findings-heading").focus();
  });
  addEventListener("hashchange", () => show());
  addEventListener("resize", debounced(show));
  addEventListener("beforeprint", () => show(PRINTED_WIDTH));
  addEventListener("afterprint", () => show());
  addEventListener("keydown", (event) => onKey(event, toolbar));
  show();
  followLive(document.querySelector("#live"), (state) => {
    ({ changes } = state);
    ({ index, toolbar } = opened(state.graph));
    show();
  });
}

/** A graph with its head: what the page shows until there is another one. */
function opened(packed: PackedGraph): { readonly index: GraphIndex; readonly toolbar: Toolbar } {
  const index = indexed(unpack(packed));
  const toolbar = makeToolbar(index, { current: () => viewOf(location.hash), go });
  replaceContent(byId("head"), [...head(index.graph), toolbar.content]);
  return { index, toolbar };
}

/** On a page that is served. */
function showChanges(changes: readonly LiveChange[], index: GraphIndex, view: View): void {
  const place = document.querySelector("#changes");
  if (place !== null) replaceContent(place, changesList(changes, index, view));
}

function go(view: View, replaces = false): void {
  if (replaces) location.replace(hashOf(view));
  else location.hash = hashOf(view);
}

function render(index: GraphIndex, view: View, toolbar: Toolbar, width = widthWithin(byId("stage"))): void {
  const context: Context = { index, view, matches: matchesOf(index, view) };
  const node = view.node === undefined ? undefined : index.byId.get(view.node);
  byId("detail").hidden = node === undefined;
  document.body.classList.toggle("with-detail", node !== undefined);
  toolbar.show(view);
  const { content, said } = stage(context, width, measure());
  replaceContent(byId("stage"), content);
  replaceContent(byId("detail"), node === undefined ? [] : detail(context, node));
  replaceContent(byId("findings"), findingsTable(context));
  byId("status").textContent = said;
}

/** After a node was opened, reading goes on at what is said of it; after it was closed, where it was opened. */
function moveTo({ node }: View, before: View): void {
  if (node === undefined) {
    if (before.node !== undefined) withKey(document.body, before.node)?.focus();
    return;
  }
  byId("stage").scrollIntoView({ block: "nearest" });
  document.querySelector<HTMLElement>("#detail-heading")?.focus({ preventScroll: true });
}

/** Within the picture's own box: the page stays where it is. */
function centreSelected(): void {
  const selected = document.querySelector("[aria-current]");
  const canvas = selected?.closest(".canvas");
  if (selected === null || canvas === null || canvas === undefined) return;
  const [at, box] = [selected.getBoundingClientRect(), canvas.getBoundingClientRect()];
  canvas.scrollBy({
    left: at.left + at.width / 2 - box.left - box.width / 2,
    top: at.top + at.height / 2 - box.top - box.height / 2,
  });
}

function onKey(event: KeyboardEvent, toolbar: Toolbar): void {
  const inField = event.target instanceof HTMLElement && event.target.matches("input, select");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !inField) {
    event.preventDefault();
    toolbar.focusSearch();
  }
  const view = viewOf(location.hash);
  if (event.key === "Escape" && view.node !== undefined) go(atNode(view));
}

/** Its width without its margins inside, in pixels. */
function widthWithin(place: HTMLElement): number {
  const { paddingLeft, paddingRight } = getComputedStyle(place);
  return place.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
}

function measure(): Measure {
  const context = document.createElement("canvas").getContext("2d");
  if (context === null) return (text) => text.length * 7;
  context.font = `${NAME_SIZE}px ${getComputedStyle(byId("stage")).fontFamily}`;
  return (text) => context.measureText(text).width;
}

function debounced(action: () => void): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, PAUSE);
  };
}

start();
