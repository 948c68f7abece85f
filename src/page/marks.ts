import type { GraphState } from "../model/access-graph.ts";
import type { Severity } from "../model/finding.ts";
import { element, svg } from "./dom.ts";

/** The shape of each state, drawn in a square of 16: no state is told by its color alone. */
const SHAPES: Readonly<Record<GraphState, string>> = {
  dangerous: "M8 1.8 15 14H1ZM8 6v4M8 12v.2",
  broken: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  stale: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8M8 4.6V8l2.4 1.8",
  unknown: "M5.2 5.6a2.8 2.8 0 1 1 4.2 2.5C8.4 8.7 8 9.2 8 10.4M8 13v.2",
  works: "M2.5 8.6 6.3 12.3 13.5 4.2",
  idle: "M3 8h10",
};

/** A state's symbol, hidden from assistive technology: its word must be next to it or in a label. */
export function stateMark(state: GraphState): SVGSVGElement {
  return svg(
    "svg",
    { class: `mark ${state}`, viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" },
    svg("path", { d: SHAPES[state] }),
  );
}

/** A state's symbol in the picture, centered at a point. */
export function drawnMark(state: GraphState, x: number, y: number, size: number): SVGGElement {
  const scale = size / 16;
  return svg(
    "g",
    {
      class: `mark ${state}`,
      transform: `translate(${x - size / 2} ${y - size / 2}) scale(${scale})`,
      "aria-hidden": "true",
    },
    svg("path", { d: SHAPES[state] }),
  );
}

/** A state's symbol and word. */
export function stateBadge(state: GraphState): HTMLElement {
  return element("span", { class: `badge ${state}` }, stateMark(state), state);
}

/** How bad a finding is, as a word; more bars, worse. */
export function severityBadge(severity: Severity): HTMLElement {
  return element("span", { class: `severity ${severity}` }, severity);
}
