import { listed } from "../model/known.ts";
import type { RoleArn } from "../model/arn.ts";
import { Failure } from "../model/failure.ts";
import type { RoleListing } from "../model/iam-objects.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { readTrust, type TrustStatement } from "../model/trust-policy/read.ts";
import { unlessTooComplex } from "../model/trust-policy/steps.ts";
import { trustProbeOf, tokenRequestsOf, type TokenRequests } from "./trust-probe.ts";
import {
  associationOutcome,
  type AssociationAccess,
  type AssociationOutcome,
  type TrustOf,
} from "./association-access.ts";
import { choosableAudiences } from "./audiences.ts";
import { candidatesOf, type Candidates } from "./candidates.ts";
import { groupBy } from "./group-by.ts";
import { sourcesOfRole } from "./access-sources.ts";
import { allRolesFor, type AuditedCluster, type Gap, type Inventory } from "./inventory.ts";
import { opennessOf, type Openness } from "./openness.ts";
import type { PermissionsOf } from "../model/role-permissions.ts";
import { asChosen, referredTo, tokenAccess, type TokenAccess } from "./token-access.ts";

/** Every role, with the ServiceAccounts that can assume it. */
export interface AccessIndex {
  readonly roles: readonly RoleAccess[];
  readonly clusters: readonly ClusterCandidates[];
  /** Of several AWS accounts: the clusters as those of other AWS accounts see them (`Inventory.views`). */
  readonly views?: readonly ClusterCandidates[];
  find(roleArn: string): RoleAccess | undefined;
}

/** A cluster with its ServiceAccounts, indexed. */
export interface ClusterCandidates {
  readonly audited: AuditedCluster;
  readonly candidates: Candidates;
  readonly requests: TokenRequests;
  /** How each of its Pod Identity associations ends. */
  readonly outcomes: ReadonlyMap<PodIdentityAssociation, AssociationOutcome>;
}

/** A role, its parsed trust policy, and who can assume it from each cluster. */
export interface RoleAccess {
  readonly role: RoleListing;
  readonly trust: readonly TrustStatement[];
  readonly byCluster: readonly ClusterAccess[];
}

/** Who can assume a role from one cluster, by token and by Pod Identity. */
export interface ClusterAccess {
  readonly cluster: ClusterCandidates;
  /** By the trust policy alone, whether or not the provider accepts the token. */
  readonly token: TokenAccess;
  /** Those who are not among them, or whose audience the provider does not accept, by another audience that it accepts. */
  readonly chosen: TokenAccess;
  /** The trust policy is too complex to evaluate: nothing is concluded from who is missing in `token` and `open`. */
  readonly isTooComplex?: true;
  /** How open the role is to ServiceAccounts that don't exist yet. */
  readonly open?: Openness;
  /** Those by which pods get this role; one that only assumes it to reach its target role is not among them. */
  readonly associations: readonly AssociationAccess[];
}

/**
 * Evaluates every role's trust policy for every ServiceAccount of every cluster.
 * @param gaps gets trust policies that are too complex to evaluate
 * @param permissionsOf what the policies of roles say that assume target roles; without it, that is unknown
 */
export function accessIndexOf(
  inventory: Pick<Inventory, "roles" | "clusters" | "views" | "allRolesOf">,
  gaps: Gap[],
  permissionsOf: PermissionsOf = () => undefined,
): AccessIndex {
  const read = listed(inventory.roles).map((role) => ({ role, trust: readTrust(role.trust) }));
  const trustOf = trustsOf(read);
  const withCandidates = (
    audited: AuditedCluster,
    associations: readonly PodIdentityAssociation[],
  ): ClusterCandidates => {
    const { cluster } = audited;
    const candidates = candidatesOf(audited.serviceAccounts);
    const allRolesOf = allRolesFor(cluster, inventory);
    const context = { cluster, candidates, trustOf, allRolesOf, permissionsOf };
    return {
      audited,
      candidates,
      requests: tokenRequestsOf(cluster),
      outcomes: new Map(associations.map((one) => [one, associationOutcome(one, context)])),
    };
  };
  const clusters = inventory.clusters.map((one) => withCandidates(one, listed(one.associations)));
  // Associations are of the cluster itself, however its tokens are seen.
  const views = inventory.views?.map((one) => withCandidates(one, []));
  const all = [...clusters, ...(views ?? [])].map((cluster) => {
    const { awsAccount } = cluster.audited.cluster;
    return { awsAccount, cluster, byRole: associationsByRole(cluster) };
  });
  const sourcesFor = views === undefined ? () => all : sourcesOfRole(all);
  const roles = read.map(({ role, trust }) => ({
    role,
    trust,
    byCluster: sourcesFor(role.arn).map(({ cluster, byRole }) => {
      const byToken = unlessTooComplex(() => tokenPart(trust, cluster));
      if (byToken === "too-complex") gaps.push(tooComplex(role.arn));
      return {
        cluster,
        ...(byToken === "too-complex" ? UNJUDGED : byToken),
        associations: byRole.get(role.arn) ?? [],
      };
    }),
  }));
  return indexOf(roles, clusters, views);
}

function indexOf(
  roles: readonly RoleAccess[],
  clusters: readonly ClusterCandidates[],
  views: readonly ClusterCandidates[] | undefined,
): AccessIndex {
  const byArn = new Map<string, RoleAccess>(roles.map((one) => [one.role.arn, one]));
  return { roles, clusters, ...(views !== undefined && { views }), find: (arn) => byArn.get(arn) };
}

/** The same with something else about the clusters, on which it does not depend who can assume what. */
export function withClusters(
  { roles, clusters, views }: AccessIndex,
  change: (cluster: AuditedCluster) => AuditedCluster,
): AccessIndex {
  const all = [...clusters, ...(views ?? [])];
  const changed = new Map(all.map((one) => [one, { ...one, audited: change(one.audited) }]));
  const nowOf = (one: ClusterCandidates): ClusterCandidates => changed.get(one) ?? one;
  const ofChanged = roles.map((role) => ({
    ...role,
    byCluster: role.byCluster.map((one) => ({ ...one, cluster: nowOf(one.cluster) })),
  }));
  return indexOf(ofChanged, clusters.map(nowOf), views?.map(nowOf));
}

/** The roles' trust policies by ARN. */
export function trustsOf(
  read: readonly { readonly role: RoleListing; readonly trust: readonly TrustStatement[] }[],
): TrustOf {
  const trusts = new Map<string, ReturnType<TrustOf>>(
    read.map(({ role, trust }) => [role.arn, role.trust === undefined ? "unreadable" : trust]),
  );
  return (arn) => trusts.get(arn);
}

function tokenPart(
  trust: readonly TrustStatement[],
  { audited, candidates, requests }: ClusterCandidates,
): Pick<ClusterAccess, "token" | "chosen" | "open"> {
  const probe = trustProbeOf(trust, audited.cluster, requests);
  const open = opennessOf(probe, audited, candidates);
  const others = choosableAudiences(audited, candidates, trust);
  const special = referredTo(probe, candidates);
  return {
    token: tokenAccess(probe, candidates, undefined, special),
    chosen: tokenAccess(probe, candidates, asChosen(probe, audited, others), special),
    ...(open !== undefined && { open }),
  };
}

const NO_ONE = { named: [], alike: [] } as const;
const UNJUDGED = { token: NO_ONE, chosen: NO_ONE, isTooComplex: true } as const;

function tooComplex(arn: RoleArn): Gap {
  return {
    what: `trust policy of ${arn}`,
    failure: new Failure("failed", "trust-too-complex", "the trust policy is too complex to evaluate"),
  };
}

function associationsByRole({
  outcomes,
}: Pick<ClusterCandidates, "outcomes">): ReadonlyMap<string, readonly AssociationAccess[]> {
  const all = [...outcomes.values()].flatMap((one) => (one.state === "assumed" ? [one.access] : []));
  return groupBy(all, ({ role }): string => role);
}
