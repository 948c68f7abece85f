import { GRAPH_KINDS, GRAPH_STATES } from "../../model/access-graph.ts";
import { SEVERITIES } from "../../model/finding.ts";

import type { GraphIndex } from "../data/graph-index.ts";
import { namespaceOf } from "../data/search.ts";
import { filteredBy, isFiltered, WHOLE, type FilterChoice, type View } from "../data/view.ts";
import { KIND_WORDS, nameText, numberText, STATE_WORDS } from "../data/words.ts";
import { element } from "../dom.ts";
import { stateMark } from "../marks.ts";

/** Search and filters. They are made once, so that what is being typed stays. */
export interface Toolbar {
  readonly content: HTMLElement;
  /** Shows the filters of a view. */
  readonly show: (view: View) => void;
  readonly focusSearch: () => void;
}

/** Where the toolbar gets the view that it changes, and takes the new one. */
export interface Navigation {
  readonly current: () => View;
  /** @param replaces true to leave no history entry, as while typing */
  readonly go: (view: View, replaces?: boolean) => void;
}

/** Milliseconds after the last letter. */
const PAUSE = 90;

/** Makes the search field and the filters. */
export function makeToolbar(index: GraphIndex, { current, go }: Navigation): Toolbar {
  const filter = (choice: FilterChoice): void => go(filteredBy(current(), choice));
  const search = searchField((query) => go(filteredBy(current(), { query }), true));
  const namespaces = selection("Namespace", "all", namespacesOf(index), (namespace) => filter({ namespace }));
  const kinds = selection(
    "Kind",
    "all",
    GRAPH_KINDS.filter((kind) => kind !== "aws-account" || index.graph.awsAccount === null).map(
      (kind) => [kind, KIND_WORDS[kind][1]] as const,
    ),
    (kind) => filter({ kind }),
  );
  const severities = selection(
    "Findings",
    "with or without",
    SEVERITIES.map((severity, at) => [severity, at === 0 ? severity : `${severity} or worse`] as const),
    (severity) => filter({ severity }),
  );
  const states = stateBoxes(index, (chosen) => filter({ states: chosen }));
  const clear = element("button", { type: "button", class: "clear" }, "Clear all");
  clear.addEventListener("click", () => {
    go({ ...WHOLE, order: current().order, reversed: current().reversed });
    search.input.focus();
  });
  const content = element(
    "form",
    { role: "search", "aria-label": "search and filters", class: "toolbar" },
    element(
      "div",
      { class: "fields" },
      search.content,
      namespaces.content,
      kinds.content,
      severities.content,
    ),
    element("div", { class: "fields" }, states.content, clear),
  );
  content.addEventListener("submit", (event) => event.preventDefault());
  return {
    content,
    show(view) {
      search.show(view.query);
      namespaces.show(view.namespace);
      kinds.show(view.kind);
      severities.show(view.severity);
      states.show(view.states);
      clear.hidden = !isFiltered(view) && view.node === undefined;
    },
    focusSearch() {
      search.input.focus();
      search.input.select();
    },
  };
}

interface SearchField {
  readonly content: HTMLElement;
  readonly input: HTMLInputElement;
  readonly show: (query: string) => void;
}

function searchField(onQuery: (query: string) => void): SearchField {
  const input = element("input", {
    type: "search",
    id: "search",
    "data-key": "search",
    placeholder: "name, ARN or namespace",
    autocomplete: "off",
    spellcheck: "false",
    "aria-keyshortcuts": "/",
  });
  let timer: number | undefined;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      onQuery(input.value);
    }, PAUSE);
  });
  const label = element("label", { for: "search" }, "Search ", element("kbd", {}, "/"));
  return {
    content: element("div", { class: "field wide" }, label, input),
    input,
    show(query) {
      // What is being typed is not yet in the address.
      if (timer === undefined && input.value !== query) input.value = query;
    },
  };
}

interface Selection<T> {
  readonly content: HTMLElement;
  readonly show: (choice: T | undefined) => void;
}

function selection<T extends string>(
  label: string,
  all: string,
  options: readonly (readonly [value: T, text: string])[],
  onChoice: (choice: T | undefined) => void,
): Selection<T> {
  const id = `filter-${label.toLowerCase()}`;
  const select = element(
    "select",
    { id, "data-key": id },
    element("option", { value: "" }, all),
    ...options.map(([value, text]) => element("option", { value }, text)),
  );
  select.addEventListener("change", () => onChoice(options[select.selectedIndex - 1]?.[0]));
  return {
    content: element("div", { class: "field" }, element("label", { for: id }, label), select),
    show: (choice) => (select.selectedIndex = options.findIndex(([value]) => value === choice) + 1),
  };
}

function namespacesOf({ nodes }: GraphIndex): (readonly [string, string])[] {
  const clusters = nodes.filter(({ kind }) => kind === "cluster").length;
  const names = new Set(nodes.flatMap((node) => namespaceOf(node) ?? []));
  return [...names]
    .toSorted()
    .map((name) => [name, nameText(clusters > 1 ? name : name.slice(name.indexOf("/") + 1))] as const);
}

/** The states to choose from; also the legend of the symbols. */
function stateBoxes(
  index: GraphIndex,
  onChoice: (states: View["states"]) => void,
): Selection<View["states"]> {
  const boxes = GRAPH_STATES.map((state) => {
    const count = index.nodes.filter((node) => node.state === state).length;
    const box = element("input", { type: "checkbox", value: state });
    const content = element(
      "label",
      { class: `chip ${state}`, title: STATE_WORDS[state] },
      box,
      stateMark(state),
      `${state} `,
      element("span", { class: "number" }, numberText(count)),
    );
    return { state, box, content };
  });
  const content = element(
    "fieldset",
    { class: "chips" },
    element("legend", {}, "State"),
    ...boxes.map(({ content }) => content),
  );
  content.addEventListener("change", () =>
    onChoice(boxes.filter(({ box }) => box.checked).map(({ state }) => state)),
  );
  return {
    content,
    show: (states = []) => {
      for (const { state, box } of boxes) box.checked = states.includes(state);
    },
  };
}
