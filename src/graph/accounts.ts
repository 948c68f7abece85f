import { podsByAccount } from "../audit/annotated.ts";
import type { ClusterCandidates } from "../audit/reach.ts";
import type { GraphFact, GraphNode } from "../model/access-graph.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import { ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { accountPath, parseAccountPath } from "../model/service-account-ref.ts";
import { audienceOf } from "../audit/candidates.ts";
import type { DrawnAccount, Run } from "./drawn.ts";
import { inCluster } from "./ids.ts";
import type { Scene } from "./scene.ts";
import { statesOf, worst } from "./states.ts";
import { isUsed, type Way } from "./ways.ts";

/** The accounts that some way starts at, that something was found of, or whose pods have a role. */
export function drawnAccounts(scene: Scene, ways: readonly Way[]): DrawnAccount[] {
  const { clusters } = scene.audit.reach;
  const drawn = new Map<string, DrawnAccount>();
  for (const cluster of clusters) {
    const surroundings = surroundingsOf(cluster);
    const ofWays = ways.flatMap(({ account }) => (account?.cluster === cluster ? [account.ref] : []));
    const ofFindings = scene.findings.accountsOf(cluster.audited.cluster);
    for (const path of new Set([...ofWays.map(accountPath), ...ofFindings, ...surroundings.withRole])) {
      const ref = parseAccountPath(path);
      if (!ref.ok) continue;
      const id = inCluster(cluster.audited.cluster, path);
      drawn.set(id, { id, cluster, ref: ref.value, ...surroundings.of(path) });
    }
  }
  return [...drawn.values()];
}

function surroundingsOf({ audited }: ClusterCandidates) {
  const pods = podsByAccount(audited);
  const accounts = audited.accounts && new Map(audited.accounts.map((one) => [accountPath(one.ref), one]));
  const withRole = [...(pods ?? [])].flatMap(([path, group]) =>
    group.some(({ roleArn }) => roleArn !== undefined) ? [path] : [],
  );
  return {
    /** The paths of accounts of which a pod has a role, from wherever. */
    withRole,
    of: (path: string): Pick<DrawnAccount, "found" | "pods"> => ({
      found: accounts && (accounts.get(path) ?? "missing"),
      pods: pods && (pods.get(path) ?? []),
    }),
  };
}

/** An account as a node, from the ways that start at it and the pods that run with it. */
export function accountNode(
  account: DrawnAccount,
  {
    ways,
    runs,
    scene,
  }: { readonly ways: readonly Way[]; readonly runs: readonly Run[]; readonly scene: Scene },
): GraphNode {
  const { id, cluster, ref, pods } = account;
  const findings = scene.findings.about(id);
  const state = worst([
    ...(account.found === undefined ? (["unknown"] as const) : []),
    ...statesOf(
      findings.flatMap((index) => scene.findings.at(index) ?? []),
      true,
    ),
    ...ways.flatMap((way) => (isUsed(way) || way.state === "dangerous" ? [way.state] : [])),
    ...runs.map((run) => run.edge.state).filter((one) => one === "stale" || one === "broken"),
  ]);
  return {
    id,
    kind: "service-account",
    label: ref.name,
    cluster: cluster.audited.cluster.name,
    namespace: ref.namespace,
    state: state === "works" && pods?.length === 0 ? "idle" : state,
    facts: accountFacts(account),
    findings,
  };
}

function accountFacts({ found, pods }: DrawnAccount): GraphFact[] {
  if (found === "missing") return [["exists", "no"], ...podFacts(pods)];
  if (found === undefined)
    return [["exists", "not known: the accounts could not be read"], ...podFacts(pods)];
  const role = found.annotations[ROLE_ANNOTATION] ?? "";
  const audience = audienceOf(found);
  return [
    ...(role === "" ? [] : [["annotated with", role] as const]),
    ...(audience === DEFAULT_AUDIENCE ? [] : [["audience", audience] as const]),
    ...podFacts(pods),
  ];
}

function podFacts(pods: DrawnAccount["pods"]): GraphFact[] {
  return [["pods", pods === undefined ? "not known: they could not be read" : `${pods.length}`]];
}
