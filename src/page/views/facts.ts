import type { GraphFact } from "../../model/access-graph.ts";
import { printable } from "../../model/printable.ts";
import { element, foreign } from "../dom.ts";

/** Longer values get a box of their own that scrolls. */
const LONG = 600;

/** Labeled facts; nothing where there are none. */
export function factList(facts: readonly GraphFact[]): HTMLElement | undefined {
  if (facts.length === 0) return undefined;
  return element(
    "dl",
    {},
    ...facts.flatMap(([label, value]) => [
      element("dt", {}, foreign(label)),
      value.length > LONG
        ? element(
            "dd",
            { class: "long", tabindex: 0, role: "group", "aria-label": printable(label) },
            foreign(value),
          )
        : element("dd", {}, foreign(value)),
    ]),
  );
}
