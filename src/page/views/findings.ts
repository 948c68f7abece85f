import { linkTo, nodeLink, type Context } from "../context.ts";
import { findingsOf, type ListedFinding } from "../data/findings.ts";
import { pageOf } from "../data/paging.ts";
import { FINDING_ORDERS, type View } from "../data/view.ts";
import { countOf } from "../data/words.ts";
import { element, foreign, foreignName, type Content } from "../dom.ts";
import { severityBadge } from "../marks.ts";
import { pager } from "./pager.ts";

/** Rows on a page. */
const ROWS = 50;
const HEADS: Readonly<Record<View["order"], string>> = {
  severity: "Severity",
  rule: "Rule",
  subject: "About",
};

/** The audit's table: what the view asks for of it, a row a finding, with a way to its node. */
export function findingsTable(context: Context): Content[] {
  const { index, view, matches } = context;
  const listed = findingsOf(index, view, matches);
  const all = index.graph.findings.length;
  const page = pageOf(listed, view.findingsPage, ROWS);
  const count =
    listed.length === all
      ? countOf(all, ["finding", "findings"])
      : `${countOf(listed.length, ["finding", "findings"])} of ${all}`;
  return [
    element("h2", { id: "findings-heading", tabindex: -1 }, "Findings"),
    element("p", { class: "count" }, all === 0 ? "the audit found nothing" : count),
    listed.length > 0 &&
      element(
        "table",
        { "aria-labelledby": "findings-heading" },
        element("thead", {}, element("tr", {}, ...FINDING_ORDERS.map((order) => head(order, view)))),
        element("tbody", {}, ...page.items.map((one) => row(one, view))),
      ),
    pager(page, "findings", (number) => ({ ...view, findingsPage: number })),
  ];
}

function head(order: View["order"], view: View): HTMLElement {
  const isSorted = view.order === order;
  const reversed = isSorted && !view.reversed;
  return element(
    "th",
    { scope: "col", "aria-sort": isSorted && (view.reversed ? "descending" : "ascending") },
    linkTo(
      { ...view, order, reversed, findingsPage: 1 },
      { "data-key": `sort ${order}` },
      HEADS[order],
      element(
        "span",
        { class: "sorted", "aria-hidden": "true" },
        isSorted ? (view.reversed ? " ↑" : " ↓") : "",
      ),
    ),
  );
}

function row({ finding, node }: ListedFinding, view: View): HTMLElement {
  const { subject } = finding;
  const name = foreignName(subject.name);
  return element(
    "tr",
    {},
    element("td", {}, severityBadge(finding.severity)),
    element(
      "td",
      { class: "rule" },
      finding.rule,
      finding.known && element("span", { class: "known" }, "known"),
    ),
    element(
      "td",
      {},
      node === undefined ? name : nodeLink(view, node, name),
      element("p", { class: "message" }, foreign(finding.message)),
    ),
  );
}
