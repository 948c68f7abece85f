import { known, mapKnown, valueOf } from "../model/known.ts";
import type { AccessPath as Way, NotRead, OpenRole, WhoCan, WhoCanSubject } from "../model/access-answers.ts";
import type { RoleArn } from "../model/arn.ts";
import type { RoleListing } from "../model/iam-objects.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { ChainTo } from "./chains/chains-to.ts";
import { ifSessionPolicy, stepUnder } from "./chains/session-policies.ts";
import { groupBy } from "./group-by.ts";
import type { AuditedCluster, Gap } from "./inventory.ts";
import { nodeAccessIn, type NodeAccess } from "./nodes/node-access.ts";
import { reachOf } from "./nodes/node-reach.ts";
import { nodeRolesOf, sourceText } from "./nodes/node-roles.ts";
import type { Openness } from "./openness.ts";
import type { PermissionsOf } from "../model/role-permissions.ts";
import { accessIndexOf, type RoleAccess } from "./access-index.ts";
import { accessPathsOf, type AccessPath } from "./access-paths.ts";

/**
 * Every ServiceAccount of the clusters that can assume the role, and with which other roles it is reached; `others` are roles
 * through which Pod Identity may reach it.
 */
export function whoCan(
  role: RoleListing,
  {
    clusters,
    others,
    gaps,
    permissionsOf,
    chains = [],
  }: {
    readonly clusters: readonly AuditedCluster[];
    readonly others: readonly RoleListing[];
    /** What could not be read; what can't be evaluated is added. */
    readonly gaps: Gap[];
    /** What the policies of the other roles say. */
    readonly permissionsOf: PermissionsOf;
    readonly chains?: readonly ChainTo[];
  },
): WhoCan {
  const roles = known([role, ...others]);
  const reach = accessIndexOf({ roles, clusters }, gaps, permissionsOf).find(role.arn);
  const subjectsOf = subjectsIn(clusters);
  return {
    role: role.arn,
    clusters: clusters.map(({ cluster }) => cluster),
    subjects: subjectsOf(role.arn, reach),
    chains: chains.toSorted(byLength).flatMap(({ roles: all, verdict, unknownKeys, first, second }) => {
      const { arn } = first.role;
      // One that does not allow this step may allow another that leads to the role, too.
      const subjects = subjectsOf(arn, first).map((one) =>
        stepUnder([one.sessionPolicy], arn, second) === "yes" ? one : ifSessionPolicy(one),
      );
      const open = opennessOf(first);
      const isForNobody = subjects.length === 0 && open.open === null;
      return isForNobody ? [] : [{ roles: all, verdict, unknownKeys, subjects, ...open }];
    }),
    ...opennessOf(reach),
    nextNodes: nextNodesOf(role.arn, clusters),
    notRead: notRead(gaps),
  };
}

function byLength(one: ChainTo, other: ChainTo): number {
  return one.roles.length - other.roles.length || (one.roles.join(" ") < other.roles.join(" ") ? -1 : 1);
}

/** Who can assume a role: by its trust policy, and pods that get it from their nodes. */
function subjectsIn(
  clusters: readonly AuditedCluster[],
): (role: RoleArn, reach: RoleAccess | undefined) => readonly WhoCanSubject[] {
  const podsOf = new Map(clusters.map((one) => [one, podsByServiceAccount(one)]));
  const fromNodes = clusters.flatMap(nodeAccessIn);
  return (role, reach) => [
    ...(reach === undefined ? [] : accessPathsOf(reach)).map((one) =>
      toSubject(one, podsOf.get(one.cluster)),
    ),
    ...fromNodes.filter((one) => one.role === role).map(toNodeSubject),
  ];
}

/** The node groups and classes without such nodes whose pods may get the role once there are some. */
function nextNodesOf(role: RoleArn, clusters: readonly AuditedCluster[]): readonly string[] {
  const next = clusters
    .flatMap(nodeRolesOf)
    .filter((use) => use.role === role && use.nodes.length === 0 && reachOf(use, true) !== "no");
  return [...new Set(next.map(sourceText))].toSorted();
}

function opennessOf(reach: RoleAccess | undefined): OpenRole {
  const open = (reach?.byCluster ?? []).flatMap((one) => one.open ?? []).toSorted(byWidth);
  return {
    open: open[0]?.to ?? null,
    openPatterns: [...new Set(open.flatMap(({ patterns }) => patterns))].toSorted(),
  };
}

/** The gaps for output, in an order that does not depend on which read ended first. */
export function notRead(gaps: readonly Gap[]): NotRead[] {
  return gaps
    .map(({ what, failure: { code, message } }) => ({ what, code, message }))
    .toSorted((one, other) => (one.what < other.what ? -1 : 1));
}

type PodsByServiceAccount = ReadonlyMap<string, readonly string[]> | undefined;

function podsByServiceAccount({ pods }: AuditedCluster): PodsByServiceAccount {
  if (pods.state !== "known") return undefined;
  const groups = groupBy(
    pods.value,
    ({ namespace, serviceAccountName }) => `${namespace}/${serviceAccountName}`,
  );
  return new Map([...groups].map(([path, group]) => [path, group.map(({ name }) => name).toSorted()]));
}

function toSubject(path: AccessPath, pods: PodsByServiceAccount): WhoCanSubject {
  const { cluster, candidate } = path;
  const { ref, exists } = candidate;
  return {
    cluster: cluster.cluster,
    serviceAccount: ref,
    exists: valueOf(exists) ?? null,
    ...wayOf(path),
    pods: pods === undefined ? null : (pods.get(serviceAccountPath(ref)) ?? []),
  };
}

function toNodeSubject({ cluster, serviceAccount, pods, ...access }: NodeAccess): WhoCanSubject {
  const exists = mapKnown(cluster.serviceAccounts, (all) =>
    all.some(({ ref }) => serviceAccountPath(ref) === serviceAccountPath(serviceAccount)),
  );
  return {
    cluster: cluster.cluster,
    serviceAccount,
    exists: valueOf(exists) ?? null,
    ...nodeWayOf(access),
    pods,
  };
}

/** That pods get the role from their nodes. */
export function nodeWayOf({ sources, judgement }: Pick<NodeAccess, "sources" | "judgement">): Way {
  return { via: "node", nodes: sources, ...judgement };
}

/** By which way, and with which token if it is a token's. */
export function wayOf({ candidate, via, audience, association, judgement }: AccessPath): Way {
  const { through, permissionUnknown, association: { policy } = {} } = association ?? {};
  return {
    via,
    ...(audience !== undefined && { audience }),
    ...(audience !== undefined && audience !== candidate.audience && { chosen: true as const }),
    ...(through !== undefined && { through }),
    ...(permissionUnknown !== undefined && { permissionUnknown }),
    ...(policy !== undefined && { sessionPolicy: policy }),
    ...judgement,
  };
}

const WIDTHS: readonly Openness["to"][] = ["any-provider", "any-account", "pattern"];

function byWidth(one: Openness, other: Openness): number {
  return WIDTHS.indexOf(one.to) - WIDTHS.indexOf(other.to);
}
