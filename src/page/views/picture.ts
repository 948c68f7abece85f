import type { Part } from "../data/chain.ts";
import type { IndexedNode } from "../data/graph-index.ts";
import { atNode, hashOf, type View } from "../data/view.ts";
import { countOf, KIND_WORDS, nameText, ORDINARY, placeText } from "../data/words.ts";
import { svg } from "../dom.ts";
import { drawnMark } from "../marks.ts";
import { layOut, type Drawing, type PlacedEdge, type PlacedNode } from "../picture/layout.ts";
import { neighborOf } from "../picture/neighbor.ts";
import type { Measure } from "../picture/shorten.ts";

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"] as const;
const HEADING_HEIGHT = 34;
const MARK_SIZE = 13;

/**
 * Draws a part of the graph: a column a kind, every node a link to its chain.
 * @param asked the nodes that were asked for; the others lead to them or from them
 */
export function picture(
  part: Part,
  asked: ReadonlySet<IndexedNode>,
  view: View,
  available: number,
  measure: Measure,
): SVGSVGElement {
  const drawing = layOut(part, available, measure);
  const height = drawing.height + HEADING_HEIGHT;
  const links = drawing.nodes.map((node) => drawnNode(node, asked.has(node.node), view));
  const edges = drawing.edges.toSorted((one, other) => Number(isPlain(other)) - Number(isPlain(one)));
  const drawn = svg(
    "svg",
    {
      class: "picture",
      role: "group",
      "aria-label": `picture of ${countOf(part.nodes.size, ["node", "nodes"])}`,
      viewBox: `0 0 ${drawing.width} ${height}`,
      width: drawing.width,
      height,
    },
    headings(drawing),
    svg(
      "g",
      { transform: `translate(0 ${HEADING_HEIGHT})` },
      svg("g", { "aria-hidden": "true" }, ...edges.map(drawnEdge)),
      ...links,
    ),
  );
  drawn.addEventListener("keydown", (event) => moveByArrow(event, drawing, links));
  return drawn;
}

function moveByArrow(event: KeyboardEvent, drawing: Drawing, links: readonly SVGAElement[]): void {
  const key = ARROWS.find((arrow) => arrow === event.key);
  const at = links.findIndex((link) => link === document.activeElement);
  const from = drawing.nodes[at];
  if (key === undefined || from === undefined) return;
  const to = neighborOf(drawing, from, key);
  if (to === undefined) return;
  event.preventDefault();
  links[drawing.nodes.indexOf(to)]?.focus();
}

function headings({ columns, width }: Drawing): SVGGElement {
  return svg(
    "g",
    { class: "headings", "aria-hidden": "true" },
    ...columns.map(({ kind, x, count }) => svg("text", { x, y: 14 }, countOf(count, KIND_WORDS[kind]))),
    svg("line", { x1: 0, x2: width, y1: 22.5, y2: 22.5 }),
  );
}

function drawnEdge(placed: PlacedEdge): SVGGElement {
  const { edge, path, mark } = placed;
  const [x, y] = mark;
  return svg(
    "g",
    { class: `edge ${isPlain(placed) && edge.state !== "idle" ? "works" : edge.state}` },
    svg("path", { d: path }),
    !isPlain(placed) && svg("circle", { cx: x, cy: y, r: 9 }),
    !isPlain(placed) && drawnMark(edge.state, x, y, MARK_SIZE - 1),
  );
}

/** What holds a thing is as bad as that is: to say it on the line too would say it twice. */
function isPlain({ edge }: PlacedEdge): boolean {
  return edge.kind === "contains" || ORDINARY.includes(edge.state);
}

function drawnNode(
  { node, x, y, width, height, text, after }: PlacedNode,
  asked: boolean,
  view: View,
): SVGAElement {
  const { kind, state } = node;
  const place = placeText(node);
  const name = `${KIND_WORDS[kind][0]} ${nameText(node.label)}, ${state}`;
  const findings =
    node.findings.length === 0 ? "" : `, ${countOf(node.findings.length, ["finding", "findings"])}`;
  const isSelected = view.node === node.id;
  return svg(
    "a",
    {
      class: `node ${kind} ${state}${asked ? "" : " beside"}${isSelected ? " selected" : ""}`,
      href: hashOf(atNode(view, node.id)),
      "aria-current": isSelected && "true",
      "data-key": node.id,
      transform: `translate(${x} ${y})`,
    },
    svg("title", {}, `${name}${place === "" ? "" : `, in ${place}`}${findings}`),
    svg("rect", {
      width,
      height,
      rx: kind === "aws-account" || kind === "cluster" || kind === "namespace" ? height / 2 : 5,
    }),
    drawnMark(state, 17, height / 2, MARK_SIZE),
    svg(
      "text",
      { x: 31, y: height / 2 + 4.5, "aria-hidden": "true" },
      text,
      after !== undefined && svg("tspan", { class: "after", dx: 6 }, after),
    ),
  );
}
