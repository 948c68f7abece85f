import { nodeLink, type Context } from "../context.ts";
import type { IndexedNode } from "../data/graph-index.ts";
import { accountsOf, overviewOf, type ClusterCounts, type NamespaceSummary } from "../data/overview.ts";
import type { View } from "../data/view.ts";
import { pageOf } from "../data/paging.ts";
import { countOf, KIND_WORDS, numberText } from "../data/words.ts";
import { element, foreignName, type Content } from "../dom.ts";
import { stateBadge, stateMark } from "../marks.ts";
import { pager } from "./pager.ts";

/** Cards on a page. */
const CARDS = 60;

/** Clusters with their namespaces, worst first: where to begin in a graph that is too large to be drawn. */
export function overview(context: Context): Content[] {
  return context.index.graph.awsAccount === null ? ofAccounts(context) : ofClusters(context);
}

/** AWS accounts with their clusters; one without any says why, where its name leads. */
function ofAccounts({ index, view }: Context): Content[] {
  const rows = accountsOf(index).flatMap(
    ({ account, clusters }): { account: IndexedNode; counts?: ClusterCounts }[] =>
      clusters.length === 0 ? [{ account }] : clusters.map((counts) => ({ account, counts })),
  );
  const page = pageOf(rows, view.page, CARDS);
  const accounts = [...new Set(page.items.map(({ account }) => account))];
  return [
    ...accounts.map((account) =>
      element(
        "section",
        { class: "cluster" },
        element(
          "h3",
          {},
          "AWS account ",
          nodeLink(view, account, foreignName(account.label)),
          " ",
          stateBadge(account.state),
        ),
        element(
          "ul",
          { class: "cards" },
          ...page.items.map(
            (row) =>
              row.account === account &&
              row.counts !== undefined &&
              element("li", {}, clusterCard(row.counts, view)),
          ),
        ),
      ),
    ),
    pager(page, "clusters", (number) => ({ ...view, page: number })),
  ];
}

function clusterCard(
  { cluster, namespaces, serviceAccounts, states }: ClusterCounts,
  view: View,
): HTMLElement {
  const counts = [
    countOf(namespaces, KIND_WORDS.namespace),
    countOf(serviceAccounts, KIND_WORDS["service-account"]),
  ];
  return card({ node: cluster, counts: counts.join(", "), serviceAccounts, states }, view);
}

/** Clusters with their namespaces. */
function ofClusters({ index, view }: Context): Content[] {
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
            .map(({ summary }) => element("li", {}, namespaceCard(summary, view))),
        ),
      ),
    ),
    pager(page, "namespaces", (number) => ({ ...view, page: number })),
  ];
}

function namespaceCard(
  { namespace, workloads, serviceAccounts, states }: NamespaceSummary,
  view: View,
): HTMLElement {
  const counts = [
    countOf(serviceAccounts, KIND_WORDS["service-account"]),
    countOf(workloads, KIND_WORDS.workload),
  ];
  return card({ node: namespace, counts: counts.join(", "), serviceAccounts, states }, view);
}

/** What a card says of a namespace or a cluster. */
interface Card extends Pick<NamespaceSummary, "serviceAccounts" | "states"> {
  readonly node: IndexedNode;
  readonly counts: string;
}

/** Its first state is that of the node, which its page says too; it can be worse than those of its ServiceAccounts. */
function card({ node, counts, serviceAccounts, states }: Card, view: View): HTMLElement {
  const made = nodeLink(
    view,
    node,
    element("span", { class: "name" }, foreignName(node.label)),
    element("span", { class: "counts" }, counts),
    serviceAccounts > 0 && bar(states),
    element(
      "span",
      { class: "states" },
      ...badgesOf(node, states).map(([state, count]) =>
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
  made.className = `card ${node.state}`;
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
