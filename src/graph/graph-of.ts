import { groupBy } from "../audit/group-by.ts";
import type { Observed } from "../audit/observe.ts";
import { GRAPH_KINDS, type AccessGraph, type GraphEdge, type GraphNode } from "../model/access-graph.ts";
import type { AuditReport } from "../model/audit-report.ts";
import { accountNode, drawnAccounts } from "./accounts.ts";
import { annotationWays } from "./annotation-ways.ts";
import { associationWays } from "./association-ways.ts";
import { containersOf } from "./containers.ts";
import type { Run } from "./drawn.ts";
import { policiesOf } from "./policies.ts";
import { drawnRoles, roleNode } from "./roles.ts";
import { sceneOf, type Scene } from "./scene.ts";
import { statesOf } from "./states.ts";
import { tokenWays } from "./token-ways.ts";
import { edgeOf, type Way } from "./ways.ts";
import { runsOf, workloadNode } from "./workloads.ts";

/**
 * The graph of what was observed, with what the audit says of it. What the states mean, and what is left out of the
 * picture: docs/graph.md. The same for the same world, in whatever order its parts were listed.
 */
export function graphOf(observed: Observed, report: AuditReport): AccessGraph {
  const scene = sceneOf(observed, report);
  const ways = withDanger([...associationWays(scene), ...annotationWays(scene), ...tokenWays(scene)], scene);
  const [fromAccounts, openWays] = [ways.filter(isOfAccount), ways.filter((way) => !isOfAccount(way))];

  const accounts = drawnAccounts(scene, fromAccounts);
  const waysFrom = groupBy(fromAccounts, ({ from }) => from);
  const runsAs = new Map(accounts.map((one) => [one.id, runsOf(one, waysFrom.get(one.id) ?? [], scene)]));
  const accountNodes = accounts.map((one) =>
    accountNode(one, { ways: waysFrom.get(one.id) ?? [], runs: runsAs.get(one.id) ?? [], scene }),
  );
  const runs = [...runsAs.values()].flat();
  const workloads = workloadNodes(runs, accountNodes);

  const waysTo = groupBy(ways, ({ to }) => to);
  const roles = [...drawnRoles(scene, ways)].map((id) => roleNode(id, waysTo.get(id) ?? [], scene));
  const policies = policiesOf(roles, scene);

  const alone = new Set(accounts.flatMap(({ id }) => ((runsAs.get(id) ?? []).length === 0 ? [id] : [])));
  const content = { nodes: [...workloads, ...accountNodes], alone, openWays };
  const containers = scene.audit.reach.clusters.map((cluster) => containersOf(cluster, content, scene));

  return {
    account: report.account,
    observedAt: observed.inventory.now.toISOString(),
    nodes: [
      ...containers.flatMap(({ nodes }) => nodes),
      ...content.nodes,
      ...roles,
      ...policies.nodes,
    ].toSorted(byKindAndId),
    edges: [
      ...containers.flatMap(({ edges }) => edges),
      ...runs.map(({ edge }) => edge),
      ...edgesOf(ways),
      ...policies.edges,
    ].toSorted(byEnds),
    findings: report.findings,
    notRead: report.notRead,
  };
}

function isOfAccount({ account }: Way): boolean {
  return account !== undefined;
}

/** Every way to administrator-like rights is dangerous, whoever takes it. */
function withDanger(ways: readonly Way[], { findings }: Scene): Way[] {
  return ways.map((way) => {
    const about = way.admitted ? findings.about(way.to, "administrator") : [];
    const dangerous = statesOf(
      about.flatMap((index) => findings.at(index) ?? []),
      true,
    ).includes("dangerous");
    return dangerous ? { ...way, state: "dangerous", findings: [...way.findings, ...about] } : way;
  });
}

function edgesOf(ways: readonly Way[]): GraphEdge[] {
  return [...groupBy(ways, ({ from, to }) => `${from}\n${to}`).values()].map(edgeOf);
}

function workloadNodes(runs: readonly Run[], accounts: readonly GraphNode[]): GraphNode[] {
  const byId = new Map(accounts.map((one) => [one.id, one]));
  return [...groupBy(runs, ({ edge }) => edge.from).values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [workloadNode([first, ...more], byId)],
  );
}

function byKindAndId(one: GraphNode, other: GraphNode): number {
  return GRAPH_KINDS.indexOf(one.kind) - GRAPH_KINDS.indexOf(other.kind) || compare(one.id, other.id);
}

function byEnds(one: GraphEdge, other: GraphEdge): number {
  return compare(one.from, other.from) || compare(one.to, other.to) || compare(one.kind, other.kind);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
