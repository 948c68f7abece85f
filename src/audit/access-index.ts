import { listed } from "../model/known.ts";
import type { RoleArn } from "../model/arn.ts";
import { Failure } from "../model/failure.ts";
import type { RoleListing } from "../model/iam-objects.ts";
import type { Judgement } from "../model/judgement.ts";
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
import { choosableAudiences, takesAudience } from "./audiences.ts";
import { candidatesOf, type Candidate, type Candidates } from "./candidates.ts";
import { groupBy } from "./group-by.ts";
import { sourcesOfRole } from "./access-sources.ts";
import { allRolesFor, type AuditedCluster, type Gap, type Inventory } from "./inventory.ts";
import { opennessOf, type Openness } from "./openness.ts";
import type { PermissionsOf } from "../model/role-permissions.ts";
import {
  asChosen,
  referredTo,
  serviceAccountsAlike,
  tokenAccess,
  type Reached,
  type TokenAccess,
} from "./token-access.ts";
import type { WayName } from "../model/way.ts";

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

/** That a ServiceAccount can assume a role. */
export interface AccessPath {
  readonly role: RoleListing;
  readonly cluster: AuditedCluster;
  readonly candidate: Candidate;
  readonly via: WayName;
  /** Of the token: that of the ServiceAccount's annotation, unless only another one that the provider accepts is allowed. */
  readonly audience?: string;
  readonly judgement: Judgement;
  /** By which association, if it is Pod Identity's. */
  readonly association?: AssociationAccess;
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

/**
 * Every ServiceAccount that can assume the role, by cluster and name: by the audience of its annotation or, since whoever creates
 * a pod chooses its token's audience, by another that the provider accepts. Tokens of a cluster without an OIDC provider, or with
 * an audience that the provider does not accept, don't count; if the provider could not be read, they do.
 */
export function accessPathsOf({ role, byCluster }: RoleAccess): AccessPath[] {
  return byCluster.flatMap((reach) => {
    const common = { role, cluster: reach.cluster.audited };
    const byToken = admittedByToken(reach).map((one) => ({ ...common, via: "irsa" as const, ...one }));
    const byAssociation = reach.associations.map((association) => ({
      ...common,
      via: "pod-identity" as const,
      candidate: association.candidate,
      judgement: association.judgement,
      association,
    }));
    return [...byToken, ...byAssociation].toSorted(bySubject);
  });
}

/** The judgement that allows a token of the ServiceAccount; `undefined` if it is not allowed. */
export function tokenJudgement({ cluster, token }: ClusterAccess, subject: string): Judgement | undefined {
  const named = token.named.find(({ candidate }) => candidate.subject === subject);
  if (named !== undefined) return named.judgement;
  const candidate = cluster.candidates.find(subject);
  return candidate && token.alike.find((group) => isAlike(group, candidate))?.judgement;
}

/** The ServiceAccounts that the trust policy refers to, each once: with the audience that the provider accepts, if there is one. */
export function namedIn({ token, chosen }: Pick<ClusterAccess, "token" | "chosen">): readonly Reached[] {
  const bySubject = [...token.named, ...chosen.named].map((one) => [one.candidate.subject, one] as const);
  return [...new Map(bySubject).values()].toSorted((one, other) =>
    one.candidate.subject < other.candidate.subject ? -1 : 1,
  );
}

function admittedByToken({ cluster: { audited }, token, chosen }: ClusterAccess): Reached[] {
  const all = [token, chosen].flatMap(({ named, alike }) => [
    ...named,
    ...alike.flatMap((group) =>
      serviceAccountsAlike(group).map((candidate) => ({
        candidate,
        audience: group.audience,
        judgement: group.judgement,
      })),
    ),
  ]);
  return all.filter(({ audience }) => takesAudience(audited, audience) !== "no");
}

function isAlike({ candidates, except }: TokenAccess["alike"][number], candidate: Candidate): boolean {
  return candidates[0]?.audience === candidate.audience && !except.has(candidate);
}

function bySubject(one: AccessPath, other: AccessPath): number {
  if (one.candidate.subject === other.candidate.subject) return 0;
  return one.candidate.subject < other.candidate.subject ? -1 : 1;
}
