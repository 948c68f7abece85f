import { podsByServiceAccount } from "../audit/annotated.ts";
import type { ClusterCandidates } from "../audit/access-index.ts";
import { grouped } from "../model/grouped.ts";
import { known, mapKnown, valueOf } from "../model/known.ts";
import type { GraphFact, GraphNode } from "../model/access-graph.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import { annotatedRole, audienceOf } from "../model/service-account-facts.ts";
import { serviceAccountPath, parseServiceAccountPath } from "../model/service-account-ref.ts";
import type { DrawnServiceAccount, Run } from "./drawn.ts";
import { inCluster } from "./ids.ts";
import type { GraphInput } from "./input.ts";
import { statesOf, worst } from "./states.ts";
import { isUsed, type AccessPath } from "./paths.ts";

/** The ServiceAccounts that some way starts at, that something was found of, or whose pods have a role. */
export function drawnServiceAccounts(input: GraphInput, paths: readonly AccessPath[]): DrawnServiceAccount[] {
  const { clusters } = input.audit.access;
  const drawn = new Map<string, DrawnServiceAccount>();
  const pathsIn = grouped(
    paths.flatMap(({ serviceAccount }) => serviceAccount ?? []),
    ({ cluster }) => cluster.audited.cluster.arn,
  );
  for (const cluster of clusters) {
    const neighbors = contextOf(cluster);
    const ofPaths = pathsIn.get(cluster.audited.cluster.arn) ?? [];
    const ofFindings = input.findings.serviceAccountsOf(cluster.audited.cluster);
    for (const path of new Set([
      ...ofPaths.map(({ ref }) => serviceAccountPath(ref)),
      ...ofFindings,
      ...neighbors.withRole,
    ])) {
      const ref = parseServiceAccountPath(path);
      if (!ref.ok) continue;
      const id = inCluster(cluster.audited.cluster, path);
      drawn.set(id, { id, cluster, ref: ref.value, ...neighbors.of(path) });
    }
  }
  return [...drawn.values()];
}

function contextOf({ audited }: ClusterCandidates) {
  const pods = podsByServiceAccount(audited);
  const serviceAccounts = mapKnown(
    audited.serviceAccounts,
    (all) => new Map(all.map((one) => [serviceAccountPath(one.ref), one])),
  );
  const withRole = [...(valueOf(pods) ?? [])].flatMap(([path, group]) =>
    group.some(({ roleArn }) => roleArn !== undefined) ? [path] : [],
  );
  return {
    /** The paths of ServiceAccounts of which a pod has a role, from wherever. */
    withRole,
    of: (path: string): Pick<DrawnServiceAccount, "found" | "pods"> => ({
      found: mapKnown(serviceAccounts, (all) => all.get(path)),
      pods: pods.state === "known" ? known(pods.value.get(path) ?? []) : pods,
    }),
  };
}

/** A ServiceAccount as a node, from the ways that start at it and the pods that run with it. */
export function serviceAccountNode(
  serviceAccount: DrawnServiceAccount,
  {
    paths,
    runs,
    input,
  }: { readonly paths: readonly AccessPath[]; readonly runs: readonly Run[]; readonly input: GraphInput },
): GraphNode {
  const { id, cluster, ref, pods } = serviceAccount;
  const findings = input.findings.about(id);
  const state = worst([
    ...(serviceAccount.found.state === "unknown" ? (["unknown"] as const) : []),
    ...statesOf(
      findings.flatMap((index) => input.findings.at(index) ?? []),
      true,
    ),
    ...paths.flatMap((path) => (isUsed(path) || path.state === "dangerous" ? [path.state] : [])),
    ...runs.map((run) => run.edge.state).filter((one) => one === "stale" || one === "broken"),
  ]);
  return {
    id,
    kind: "service-account",
    label: ref.name,
    cluster: cluster.audited.cluster.arn,
    namespace: ref.namespace,
    state: state === "works" && valueOf(pods)?.length === 0 ? "idle" : state,
    facts: serviceAccountFacts(serviceAccount),
    findings,
  };
}

function serviceAccountFacts({ found, pods }: DrawnServiceAccount): GraphFact[] {
  if (found.state === "unknown")
    return [["exists", "unknown: the ServiceAccounts could not be read"], ...podFacts(pods)];
  if (found.value === undefined) return [["exists", "no"], ...podFacts(pods)];
  const { text: role } = annotatedRole(found.value);
  const audience = audienceOf(found.value);
  return [
    ...(role === "" ? [] : [["annotated with", role] as const]),
    ...(audience === DEFAULT_AUDIENCE ? [] : [["audience", audience] as const]),
    ...podFacts(pods),
  ];
}

function podFacts(pods: DrawnServiceAccount["pods"]): GraphFact[] {
  return [["pods", pods.state === "known" ? `${pods.value.length}` : "unknown: could not be read"]];
}
