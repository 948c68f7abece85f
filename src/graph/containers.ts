import { groupBy } from "../audit/group-by.ts";
import type { ClusterCandidates } from "../audit/access-index.ts";
import { mapKnown, type Known, type Seen } from "../model/known.ts";
import type { GraphEdge, GraphFact, GraphNode } from "../model/access-graph.ts";
import { inCluster } from "./ids.ts";
import type { GraphInput } from "./input.ts";
import { statesOf, worst } from "./states.ts";
import type { AccessPath } from "./paths.ts";

/** What is in the clusters: workloads and ServiceAccounts, the ways that start at a namespace or a cluster as a whole. */
export interface Content {
  readonly nodes: readonly GraphNode[];
  /** The ids of ServiceAccounts that no workload in the picture runs as. */
  readonly alone: ReadonlySet<string>;
  readonly openPaths: readonly AccessPath[];
}

/** A cluster and its namespaces, with the edges to what they hold; each as bad as the worst in it. */
export function containersOf(
  cluster: ClusterCandidates,
  content: Content,
  input: GraphInput,
): { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] } {
  const { cluster: own, serviceAccounts } = cluster.audited;
  const inside = groupBy(
    content.nodes.filter(({ id }) => id.startsWith(`${own.arn}/`)),
    ({ namespace = "" }) => namespace,
  );
  const openFrom = groupBy(content.openPaths, ({ from }) => from);
  const opened = [...openFrom.keys()].flatMap((from) =>
    from.startsWith(`${own.arn}/`) ? [from.slice(own.arn.length + 1)] : [],
  );
  const all = mapKnown(serviceAccounts, (found) => groupBy(found, ({ ref }) => ref.namespace as string));
  const namespaces = [...new Set([...inside.keys(), ...opened])].map((name) =>
    namespaceNode(name, cluster, {
      inside: inside.get(name) ?? [],
      paths: openFrom.get(inCluster(own, name)) ?? [],
      serviceAccounts: mapKnown(all, (found) => found.get(name)?.length ?? 0),
    }),
  );
  const findings = input.findings.about(own.arn);
  const node: GraphNode = {
    id: own.arn,
    kind: "cluster",
    label: own.name,
    cluster: own.arn,
    state: worst([
      ...statesOf(
        findings.flatMap((index) => input.findings.at(index) ?? []),
        true,
      ),
      ...(openFrom.get(own.arn) ?? []).map(({ state }) => state),
      ...namespaces.map(({ state }) => state),
    ]),
    facts: clusterFacts(
      cluster,
      mapKnown(all, (found) => found.size - namespaces.filter(({ label }) => found.has(label)).length),
    ),
    findings,
  };
  const held = [...inside.values()]
    .flat()
    .filter(({ id, kind }) => kind === "workload" || content.alone.has(id));
  return {
    nodes: [node, ...namespaces],
    edges: [
      ...namespaces.map((one) => contains(own.arn, one)),
      ...held.map((one) => contains(inCluster(own, one.namespace ?? ""), one)),
    ],
  };
}

function namespaceNode(
  name: string,
  { audited: { cluster } }: ClusterCandidates,
  {
    inside,
    paths,
    serviceAccounts,
  }: {
    readonly inside: readonly GraphNode[];
    readonly paths: readonly AccessPath[];
    readonly serviceAccounts: Known<number>;
  },
): GraphNode {
  const drawn = inside.filter(
    ({ kind, facts }) =>
      kind === "service-account" && facts.every(([label, value]) => label !== "exists" || value !== "no"),
  );
  return {
    id: inCluster(cluster, name),
    kind: "namespace",
    label: name,
    cluster: cluster.arn,
    namespace: name,
    state: worst([...inside, ...paths].map(({ state }) => state)),
    facts: [
      [
        "ServiceAccounts not shown",
        serviceAccounts.state === "unknown"
          ? "unknown: the ServiceAccounts could not be read"
          : `${serviceAccounts.value - drawn.length}`,
      ],
    ],
    findings: [],
  };
}

function contains(from: string, { id, state }: GraphNode): GraphEdge {
  return { from, to: id, kind: "contains", state, facts: [], findings: [] };
}

function clusterFacts({ audited }: ClusterCandidates, plain: Known<number>): GraphFact[] {
  const { cluster, provider, serviceAccounts, pods, associations } = audited;
  const shown = <T>(answer: Seen<T>, text: (value: T) => string): string =>
    answer.state === "known" ? text(answer.value) : "unknown: could not be read";
  const count = (answer: Seen<readonly unknown[]>): string => shown(answer, (all) => `${all.length}`);
  return [
    ["region", cluster.region],
    ["version", cluster.version],
    ["issuer", cluster.issuer],
    [
      "OIDC provider",
      shown(provider, (found) =>
        found === undefined ? "none in IAM" : `audience ${found.clientIds.toSorted().join(", ") || "none"}`,
      ),
    ],
    ["ServiceAccounts", count(serviceAccounts)],
    ["namespaces not shown", shown(plain, String)],
    ["pods", count(pods)],
    ["Pod Identity associations", count(associations)],
  ];
}
