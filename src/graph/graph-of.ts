import { groupBy } from "../audit/group-by.ts";
import type { Observed } from "../audit/observe.ts";
import { notRead } from "../audit/who-can.ts";
import type { AccessGraph, GraphEdge, GraphNode } from "../model/access-graph.ts";
import type { AuditReport } from "../model/audit-report.ts";
import { serviceAccountNode, drawnServiceAccounts } from "./service-accounts.ts";
import { annotationPaths } from "./annotation-paths.ts";
import { associationPaths } from "./association-paths.ts";
import { containersOf } from "./containers.ts";
import type { Run } from "./drawn.ts";
import { nodePathsOf, withNodePaths } from "./node-paths.ts";
import { byEnds, byKindAndId } from "./order.ts";
import { policiesOf } from "./policies.ts";
import { rolePathsOf } from "./role-paths.ts";
import { sessionPoliciesOf } from "./session-policies.ts";
import { drawnRoles, roleNode } from "./roles.ts";
import { graphInputOf, type GraphInput } from "./input.ts";
import { statesOf } from "./states.ts";
import { tokenPaths } from "./token-paths.ts";
import { edgeOf, type AccessPath } from "./paths.ts";
import { runsOf, workloadNode } from "./workloads.ts";

/**
 * The graph of what was observed, with what the audit says of it. What the states mean, and what is left out of the
 * picture: docs/graph.md. The same for the same world, in whatever order its parts were listed.
 */
export function graphOf(observed: Observed, report: AuditReport): AccessGraph {
  const input = graphInputOf(observed, report);
  const paths = withDanger(
    [...associationPaths(input), ...annotationPaths(input), ...tokenPaths(input)],
    input,
  );
  const [fromServiceAccounts, openPaths] = [
    paths.filter(isOfServiceAccount),
    paths.filter((path) => !isOfServiceAccount(path)),
  ];

  const serviceAccounts = drawnServiceAccounts(input, fromServiceAccounts);
  const pathsFrom = groupBy(fromServiceAccounts, ({ from }) => from);
  const runsAs = new Map(
    serviceAccounts.map((one) => [one.id, runsOf(one, pathsFrom.get(one.id) ?? [], input)]),
  );
  const serviceAccountNodes = serviceAccounts.map((one) =>
    serviceAccountNode(one, { paths: pathsFrom.get(one.id) ?? [], runs: runsAs.get(one.id) ?? [], input }),
  );
  const runs = [...runsAs.values()].flat();
  const nodePaths = nodePathsOf(input);
  const workloads = withNodePaths(workloadNodes(runs, serviceAccountNodes), nodePaths);

  const pathsTo = groupBy(paths, ({ to }) => to);
  const ofNodes = new Set(nodePaths.map(({ edge }) => edge.to));
  const direct = [...new Set([...drawnRoles(input, paths), ...ofNodes])];
  const ofPods = direct.filter(
    (id) => ofNodes.has(id) || (pathsTo.get(id) ?? []).some(({ admitted }) => admitted),
  );
  const onward = rolePathsOf(
    ofPods.flatMap((id) => input.audit.access.find(id)?.role.arn ?? []),
    input,
  );
  const onwardTo = groupBy(onward.edges, ({ to }) => to);
  const roles = [...new Set([...direct, ...onwardTo.keys()])].map((id) => {
    const omitted = onward.omitted.get(id) ?? 0;
    return roleNode(id, { paths: pathsTo.get(id) ?? [], chained: onwardTo.get(id) ?? [], omitted }, input);
  });
  const policies = policiesOf(roles, onwardTo, input);
  const sessionPolicies = sessionPoliciesOf(input);

  const alone = new Set(
    serviceAccounts.flatMap(({ id }) => ((runsAs.get(id) ?? []).length === 0 ? [id] : [])),
  );
  const content = { nodes: [...workloads, ...serviceAccountNodes], alone, openPaths };
  const containers = input.audit.access.clusters.map((cluster) => containersOf(cluster, content, input));

  const isJoined = observed.inventory.allRolesOf !== undefined;
  return {
    awsAccount: report.awsAccount,
    observedAt: observed.inventory.now.toISOString(),
    nodes: [
      ...containers.flatMap(({ nodes }) => nodes),
      ...content.nodes,
      ...roles,
      ...policies.nodes,
      ...sessionPolicies.nodes,
    ].toSorted(byKindAndId),
    edges: [
      ...containers.flatMap(({ edges }) => edges),
      ...runs.map(({ edge }) => edge),
      ...edgesOf(paths),
      ...nodePaths.map(({ edge }) => edge),
      ...onward.edges,
      ...policies.edges,
      ...sessionPolicies.edges,
    ].toSorted(byEnds),
    findings: report.findings,
    // Those of one AWS account alone are known to whoever observed it.
    notRead: isJoined ? [...report.notRead, ...notRead(onward.gaps)] : report.notRead,
  };
}

function isOfServiceAccount({ serviceAccount }: AccessPath): boolean {
  return serviceAccount !== undefined;
}

/** Every way to administrator-like rights is dangerous, whoever takes it, unless the way itself limits them. */
function withDanger(paths: readonly AccessPath[], { findings }: GraphInput): AccessPath[] {
  return paths.map((path) => {
    const isFull = path.admitted && path.limited === undefined;
    const about = isFull ? findings.about(path.to, "administrator", "role-chain-administrator") : [];
    const dangerous = statesOf(
      about.flatMap((index) => findings.at(index) ?? []),
      true,
    ).includes("dangerous");
    return dangerous ? { ...path, state: "dangerous", findings: [...path.findings, ...about] } : path;
  });
}

function edgesOf(paths: readonly AccessPath[]): GraphEdge[] {
  // One key of both ends would be made, and read to its end, for each path.
  return [...groupBy(paths, ({ from }) => from).values()].flatMap((own) =>
    own.length === 1 ? edgeOf(own) : [...groupBy(own, ({ to }) => to).values()].map(edgeOf),
  );
}

function workloadNodes(runs: readonly Run[], serviceAccounts: readonly GraphNode[]): GraphNode[] {
  const byId = new Map(serviceAccounts.map((one) => [one.id, one]));
  return [...groupBy(runs, ({ edge }) => edge.from).values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [workloadNode([first, ...more], byId)],
  );
}
