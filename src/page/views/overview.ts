import { nodeLink, type Context } from "../context.ts";
import type { IndexedNode } from "../data/graph-index.ts";
import { overviewOf, type NamespaceSummary } from "../data/overview.ts";
import { pageOf } from "../data/paging.ts";
import { countOf, KIND_WORDS, numberText } from "../data/words.ts";
import { element, foreignName, type Content } from "../dom.ts";
import { stateMark } from "../marks.ts";
import { pager } from "./pager.ts";

/** Cards on a page. */
const CARDS = 60;

/** Clusters with their namespaces, worst first: where to begin in a graph that is too large to be drawn. */
export function overview({ index, view }: Context): Content[] {
  const rows = overviewOf(index).flatMap(({ cluster, namespaces }) =>
    namespaces.map((summary) => ({ cluster, summary })),
  );
  const page = pageOf(rows, view.page, CARDS);
  const clusters = [...new Set(page.items.map(({ cluster }) => cluster))];
  return [
    ...clusters.map((cluster) =>
      element(
        "section",
        { class: "cluster" },
        element("h3", {}, "cluster ", nodeLink(view, cluster, foreignName(cluster.label))),
        element(
          "ul",
          { class: "cards" },
          ...page.items
            .filter((row) => row.cluster === cluster)
            .map(({ summary }) =>
              element(
                "li",
                {},
                card(summary, (node, ...content) => nodeLink(view, node, ...content)),
              ),
            ),
        ),
      ),
    ),
    pager(page, "namespaces", (number) => ({ ...view, page: number })),
  ];
}

/** Its first state is that of the namespace, which its page says too; it can be worse than those of its ServiceAccounts. */
function card(
  { namespace, workloads, serviceAccounts, states }: NamespaceSummary,
  link: (node: IndexedNode, ...content: Content[]) => HTMLElement,
): HTMLElement {
  const made = link(
    namespace,
    element("span", { class: "name" }, foreignName(namespace.label)),
    element(
      "span",
      { class: "counts" },
      `${countOf(serviceAccounts, KIND_WORDS["service-account"])}, ${countOf(workloads, KIND_WORDS.workload)}`,
    ),
    serviceAccounts > 0 && bar(states),
    element(
      "span",
      { class: "states" },
      ...badgesOf(namespace, states).map(([state, count]) =>
        element(
          "span",
          { class: `badge ${state}` },
          stateMark(state),
          count > 0 && `${numberText(count)} `,
          state,
        ),
      ),
    ),
  );
  made.className = `card ${namespace.state}`;
  return made;
}

function badgesOf({ state }: IndexedNode, states: NamespaceSummary["states"]): NamespaceSummary["states"] {
  return states.some(([one]) => one === state) ? states : [[state, 0], ...states];
}

/** The share of each state; the words below say the same. */
function bar(states: NamespaceSummary["states"]): HTMLElement {
  return element(
    "span",
    { class: "bar", "aria-hidden": "true" },
    ...states.map(([state, count]) => {
      const part = element("span", { class: state });
      part.style.flexGrow = String(count);
      return part;
    }),
  );
}
