import { GRAPH_KINDS, GRAPH_STATES, type GraphKind, type GraphState } from "../../model/access-graph.ts";
import { SEVERITIES, type Severity } from "../../model/finding.ts";

/** By what the table of findings is sorted. */
export const FINDING_ORDERS = ["severity", "rule", "subject"] as const;

/** What of the graph is looked at; all of it is in the page's address, so that a link leads to it. */
export interface View {
  /** The id of the node whose chain is looked at. */
  readonly node?: string;
  /** Words that are searched for. */
  readonly query: string;
  /** `CLUSTER/NAMESPACE`. */
  readonly namespace?: string;
  readonly kind?: GraphKind;
  /** Findings at least as bad as this. */
  readonly severity?: Severity;
  /** None: all of them. */
  readonly states: readonly GraphState[];
  readonly order: (typeof FINDING_ORDERS)[number];
  /** True for the other way round: mildest first, or Z to A. */
  readonly reversed: boolean;
  /** Pages of the lists, counted from 1: of results or namespaces, and of findings. */
  readonly page: number;
  readonly findingsPage: number;
}

/** All there is, from the beginning. */
export const WHOLE: View = {
  query: "",
  states: [],
  order: "severity",
  reversed: false,
  page: 1,
  findingsPage: 1,
};

/** The view that the part of an address after `#` means; what it does not know it ignores. */
export function viewOf(hash: string): View {
  const words = new URLSearchParams(hash.replace(/^#\/?/, ""));
  const node = words.get("node");
  const namespace = words.get("namespace");
  const kind = oneOf(GRAPH_KINDS, words.get("kind"));
  const severity = oneOf(SEVERITIES, words.get("severity"));
  return {
    ...(node !== null && { node }),
    query: words.get("find") ?? "",
    ...(namespace !== null && { namespace }),
    ...(kind !== undefined && { kind }),
    ...(severity !== undefined && { severity }),
    states: GRAPH_STATES.filter((state) => words.getAll("state").includes(state)),
    order: oneOf(FINDING_ORDERS, words.get("order")) ?? WHOLE.order,
    reversed: words.has("reversed"),
    page: pageOf(words.get("page")),
    findingsPage: pageOf(words.get("findings")),
  };
}

/** The part of an address that means this view, with its `#`; by the `/` nobody takes it for a place in the page. */
export function hashOf(view: View): string {
  const words = new URLSearchParams();
  if (view.node !== undefined) words.set("node", view.node);
  if (view.query !== "") words.set("find", view.query);
  if (view.namespace !== undefined) words.set("namespace", view.namespace);
  if (view.kind !== undefined) words.set("kind", view.kind);
  if (view.severity !== undefined) words.set("severity", view.severity);
  for (const state of view.states) words.append("state", state);
  if (view.order !== WHOLE.order) words.set("order", view.order);
  if (view.reversed) words.set("reversed", "");
  if (view.page !== 1) words.set("page", String(view.page));
  if (view.findingsPage !== 1) words.set("findings", String(view.findingsPage));
  return `#/${words.toString()}`;
}

/** True if only a part of the nodes is asked for. */
export function isFiltered({ query, namespace, kind, severity, states }: View): boolean {
  return (
    query.trim() !== "" ||
    namespace !== undefined ||
    kind !== undefined ||
    severity !== undefined ||
    states.length > 0
  );
}

/** This view of the chain of one node, or, without an id, of none. */
export function atNode(whole: View, id?: string): View {
  const { node: _, ...view } = whole;
  return id === undefined ? view : { ...view, node: id };
}

/** What a filter is set to; `undefined` lifts it. */
export interface FilterChoice {
  readonly query?: string;
  readonly states?: readonly GraphState[];
  readonly namespace?: string | undefined;
  readonly kind?: GraphKind | undefined;
  readonly severity?: Severity | undefined;
}

/** This view with a filter set or lifted: of no node, and its lists from the beginning. */
export function filteredBy(view: View, choice: FilterChoice): View {
  const { node: _, namespace, kind, severity, ...kept } = view;
  const filters = { namespace, kind, severity, ...choice };
  return {
    ...kept,
    page: 1,
    findingsPage: 1,
    query: choice.query ?? view.query,
    states: choice.states ?? view.states,
    ...(filters.namespace !== undefined && { namespace: filters.namespace }),
    ...(filters.kind !== undefined && { kind: filters.kind }),
    ...(filters.severity !== undefined && { severity: filters.severity }),
  };
}

function oneOf<T extends string>(all: readonly T[], word: string | null): T | undefined {
  return all.find((one) => one === word);
}

function pageOf(word: string | null): number {
  const page = Number(word);
  return Number.isInteger(page) && page > 0 ? page : 1;
}
