import { GRAPH_STATES, type GraphState } from "../../model/access-graph.ts";
import { worse, type GraphIndex, type IndexedNode } from "./graph-index.ts";
import { namespaceOf } from "./search.ts";

/** A namespace in short. */
export interface NamespaceSummary {
  readonly namespace: IndexedNode;
  readonly workloads: number;
  readonly serviceAccounts: number;
  /** Its ServiceAccounts by state, worst first. */
  readonly states: readonly (readonly [state: GraphState, count: number])[];
}

/** A cluster in short, its namespaces worst first. */
export interface ClusterSummary {
  readonly cluster: IndexedNode;
  readonly namespaces: readonly NamespaceSummary[];
}

/** Clusters and namespaces with what is in them, for a graph that is too large to be drawn. */
export function overviewOf({ nodes }: GraphIndex): ClusterSummary[] {
  const within = new Map<string | undefined, IndexedNode[]>();
  for (const node of nodes) {
    const namespace = namespaceOf(node);
    const others = within.get(namespace);
    if (others === undefined) within.set(namespace, [node]);
    else others.push(node);
  }
  return nodes
    .filter(({ kind }) => kind === "cluster")
    .map((cluster) => ({
      cluster,
      namespaces: cluster.outOf
        .filter(({ to }) => to.kind === "namespace")
        .map(({ to }) => summaryOf(to, within.get(namespaceOf(to)) ?? []))
        .toSorted(worstFirst),
    }));
}

/** An AWS account in short, its clusters worst first. */
export interface AccountSummary {
  readonly account: IndexedNode;
  readonly clusters: readonly ClusterCounts[];
}

/** What is in a cluster, in numbers. */
export interface ClusterCounts extends Pick<NamespaceSummary, "serviceAccounts" | "states"> {
  readonly cluster: IndexedNode;
  readonly namespaces: number;
}

/** AWS accounts with their clusters, worst first, for a graph of several; none for a graph of one. */
export function accountsOf(index: GraphIndex): AccountSummary[] {
  const counts = new Map(overviewOf(index).map((one) => [one.cluster, countsOf(one)]));
  return index.nodes
    .filter(({ kind }) => kind === "aws-account")
    .map((account) => ({
      account,
      clusters: account.outOf
        .flatMap(({ to }) => counts.get(to) ?? [])
        .toSorted(
          (one, other) =>
            worse(one.cluster.state, other.cluster.state) || one.cluster.place - other.cluster.place,
        ),
    }))
    .toSorted(
      (one, other) =>
        worse(one.account.state, other.account.state) || one.account.place - other.account.place,
    );
}

function countsOf({ cluster, namespaces }: ClusterSummary): ClusterCounts {
  const states = GRAPH_STATES.map((state) => {
    const counts = namespaces.flatMap((one) => one.states).filter(([of]) => of === state);
    return [state, counts.reduce((sum, [, count]) => sum + count, 0)] as const;
  });
  return {
    cluster,
    namespaces: namespaces.length,
    serviceAccounts: namespaces.reduce((sum, one) => sum + one.serviceAccounts, 0),
    states: states.filter(([, count]) => count > 0),
  };
}

function summaryOf(namespace: IndexedNode, within: readonly IndexedNode[]): NamespaceSummary {
  const serviceAccounts = within.filter(({ kind }) => kind === "service-account");
  return {
    namespace,
    workloads: within.filter(({ kind }) => kind === "workload").length,
    serviceAccounts: serviceAccounts.length,
    states: counted(serviceAccounts.map(({ state }) => state)),
  };
}

/** How many there are of each state that occurs, worst first. */
export function counted(states: readonly GraphState[]): (readonly [GraphState, number])[] {
  return GRAPH_STATES.map((state) => [state, states.filter((one) => one === state).length] as const).filter(
    ([, count]) => count > 0,
  );
}

/** By state, then by how many ServiceAccounts have it, then as in the graph. */
function worstFirst(one: NamespaceSummary, other: NamespaceSummary): number {
  return (
    worse(one.namespace.state, other.namespace.state) ||
    countOfWorst(other) - countOfWorst(one) ||
    one.namespace.place - other.namespace.place
  );
}

function countOfWorst({ namespace, states }: NamespaceSummary): number {
  return states.find(([state]) => state === namespace.state)?.[1] ?? 0;
}
