import { groupBy } from "../audit/group-by.ts";
import type { ClusterCandidates } from "../audit/reach.ts";
import type { GraphEdge, GraphFact, GraphNode } from "../model/access-graph.ts";
import { inCluster } from "./ids.ts";
import type { Scene } from "./scene.ts";
import { statesOf, worst } from "./states.ts";
import type { Way } from "./ways.ts";

/** What is in the clusters: workloads and accounts, the ways that start at a namespace or a cluster as a whole. */
export interface Content {
  readonly nodes: readonly GraphNode[];
  /** The ids of accounts that no workload in the picture runs as. */
  readonly alone: ReadonlySet<string>;
  readonly openWays: readonly Way[];
}

/** A cluster and its namespaces, with the edges to what they hold; each as bad as the worst in it. */
export function containersOf(
  cluster: ClusterCandidates,
  content: Content,
  scene: Scene,
): { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] } {
  const { cluster: own, accounts } = cluster.audited;
  const inside = groupBy(
    content.nodes.filter(({ id }) => id.startsWith(`${own.arn}/`)),
    ({ namespace = "" }) => namespace,
  );
  const openFrom = groupBy(content.openWays, ({ from }) => from);
  const opened = [...openFrom.keys()].flatMap((from) =>
    from.startsWith(`${own.arn}/`) ? [from.slice(own.arn.length + 1)] : [],
  );
  const all = accounts && groupBy(accounts, ({ ref }) => ref.namespace as string);
  const namespaces = [...new Set([...inside.keys(), ...opened])].map((name) =>
    namespaceNode(name, cluster, {
      inside: inside.get(name) ?? [],
      ways: openFrom.get(inCluster(own, name)) ?? [],
      accounts: all?.get(name)?.length ?? (all === undefined ? undefined : 0),
    }),
  );
  const findings = scene.findings.about(own.arn);
  const node: GraphNode = {
    id: own.arn,
    kind: "cluster",
    label: own.name,
    cluster: own.name,
    state: worst([
      ...statesOf(
        findings.flatMap((index) => scene.findings.at(index) ?? []),
        true,
      ),
      ...(openFrom.get(own.arn) ?? []).map(({ state }) => state),
      ...namespaces.map(({ state }) => state),
    ]),
    facts: clusterFacts(cluster, (all?.size ?? 0) - namespaces.filter(({ label }) => all?.has(label)).length),
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
    ways,
    accounts,
  }: {
    readonly inside: readonly GraphNode[];
    readonly ways: readonly Way[];
    readonly accounts: number | undefined;
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
    cluster: cluster.name,
    namespace: name,
    state: worst([...inside, ...ways].map(({ state }) => state)),
    facts: [
      [
        "accounts not shown",
        accounts === undefined ? "not known: the accounts could not be read" : `${accounts - drawn.length}`,
      ],
    ],
    findings: [],
  };
}

function contains(from: string, { id, state }: GraphNode): GraphEdge {
  return { from, to: id, kind: "contains", state, facts: [], findings: [] };
}

function clusterFacts({ audited }: ClusterCandidates, plain: number): GraphFact[] {
  const { cluster, provider, accounts, pods, associations } = audited;
  const unread = "not known: could not be read";
  return [
    ["region", cluster.region],
    ["version", cluster.version],
    ["issuer", cluster.issuer],
    [
      "identity provider",
      provider === undefined
        ? unread
        : provider === "missing"
          ? "none in IAM"
          : `takes the audience ${provider.clientIds.toSorted().join(", ") || "of nobody"}`,
    ],
    ["accounts", accounts === undefined ? unread : `${accounts.length}`],
    ["namespaces not shown", accounts === undefined ? unread : `${plain}`],
    ["pods", pods === undefined ? unread : `${pods.length}`],
    ["Pod Identity associations", associations === undefined ? unread : `${associations.length}`],
  ];
}
