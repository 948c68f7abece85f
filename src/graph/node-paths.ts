import { groupBy } from "../audit/group-by.ts";
import type { ClusterCandidates } from "../audit/access-index.ts";
import { policiesBeyondBaseline } from "../audit/nodes/beyond-baseline.ts";
import { hasIdentity, isOfNode, podsByNode, podsOn, type PodOnNode } from "../audit/nodes/node-reach.ts";
import { nodeRolesOf, sourceText, type NodeRole } from "../audit/nodes/node-roles.ts";
import type { GraphEdge, GraphFact, GraphNode, GraphState } from "../model/access-graph.ts";
import { listText } from "../model/list-text.ts";
import { inCluster } from "./ids.ts";
import type { GraphInput } from "./input.ts";
import { statesOf, worst } from "./states.ts";

/** A workload whose pods have no identity of their own, and the role of the nodes that they run on. */
export interface NodePath {
  readonly workload: GraphNode;
  readonly edge: GraphEdge;
}

/** The ways of workloads to roles of nodes that allow more than nodes need: the others are every pod's. */
export function nodePathsOf(input: GraphInput): NodePath[] {
  return input.audit.access.clusters.flatMap((cluster) => {
    const byNode = podsByNode(cluster.audited);
    const found = nodeRolesOf(cluster.audited)
      .filter(({ role }) => policiesBeyondBaseline(role, input.audit).length > 0)
      .flatMap((use) =>
        podsOn(use, byNode)
          .filter(({ pod, reach }) => reach !== "no" && !hasIdentity(pod) && !isOfNode(pod))
          .map((one) => ({ use, ...one })),
      );
    const groups = groupBy(
      found,
      ({ use, pod }) => `${pod.namespace}/${pod.workload ?? `pod/${pod.name}`}\n${use.role}`,
    );
    return [...groups.values()].flatMap((alike) => pathOf(cluster, alike, input));
  });
}

function pathOf(
  { audited: { cluster } }: ClusterCandidates,
  found: readonly (PodOnNode & { readonly use: NodeRole })[],
  { findings }: GraphInput,
): NodePath[] {
  const [first] = found;
  if (first === undefined) return [];
  const { pod, use } = first;
  const workload = pod.workload ?? `pod/${pod.name}`;
  const about = findings.about(
    use.role,
    "pods-on-node-role",
    "node-role-administrator",
    "role-chain-administrator",
  );
  const dangerous = statesOf(
    about.flatMap((index) => findings.at(index) ?? []),
    true,
  ).includes("dangerous");
  const isCertain = found.some(({ reach }) => reach === "certain");
  const state: GraphState = dangerous ? "dangerous" : isCertain ? "works" : "unknown";
  const names = [...new Set(found.map((one) => one.pod.name))].toSorted();
  const id = inCluster(cluster, `${pod.namespace}/${workload}`);
  return [
    {
      workload: {
        id,
        kind: "workload",
        label: workload,
        cluster: cluster.arn,
        namespace: pod.namespace,
        state,
        facts: workload.startsWith("pod/") ? [] : [["pods", listText(names)]],
        findings: about,
      },
      edge: { from: id, to: use.role, kind: "assumes", state, facts: factsOf(found), findings: about },
    },
  ];
}

function factsOf(found: readonly (PodOnNode & { readonly use: NodeRole })[]): GraphFact[] {
  const reaches = new Set(found.map(({ reach }) => reach));
  const sources = [...new Set(found.map(({ use }) => sourceText(use)))].toSorted();
  return [
    ["by", `pods without an identity of their own on ${listText(sources)}`],
    ...(reaches.has("possible")
      ? [["only if", "no network policy or firewall of the node blocks 169.254.169.254"] as const]
      : []),
    ...(reaches.has("unknown") ? [["unknown", "the instance metadata options of some nodes"] as const] : []),
  ];
}

/** The workloads that are not drawn yet; the others are as bad as the worse of both. */
export function withNodePaths(drawn: readonly GraphNode[], paths: readonly NodePath[]): GraphNode[] {
  const byId = groupBy(paths, ({ workload }) => workload.id);
  const known = new Set(drawn.map(({ id }) => id));
  const isDangerous = (id: string): boolean =>
    (byId.get(id) ?? []).some(({ edge }) => edge.state === "dangerous");
  return [
    ...drawn.map((one): GraphNode => (isDangerous(one.id) ? { ...one, state: "dangerous" } : one)),
    ...[...byId.values()].flatMap((of) => {
      const [first, ...more] = of;
      if (first === undefined || known.has(first.workload.id)) return [];
      const findings = [...new Set([first, ...more].flatMap(({ workload }) => workload.findings))];
      const states = of.map(({ workload }) => workload.state);
      return [{ ...first.workload, state: worst(states), findings: findings.toSorted((a, b) => a - b) }];
    }),
  ];
}
