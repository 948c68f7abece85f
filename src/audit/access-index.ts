import { listed } from "../model/known.ts";
import type { RoleArn } from "../model/arn.ts";
import { Failure } from "../model/failure.ts";
import type { RoleListing } from "../model/iam-objects.ts";
import type { Judgement } from "../model/judgement.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { readTrust, type TrustStatement } from "../model/trust-policy/read.ts";
import { unlessTooComplex } from "../model/trust-policy/steps.ts";
import { truthOf, type Truth } from "../model/trust-policy/truth.ts";
import { trustProbeOf, tokenRequestsOf, type TokenRequests } from "./trust-probe.ts";
import { associationAccess, targetRoleAccess, type AssociationAccess } from "./association-access.ts";
import { candidatesOf, type Candidate, type Candidates } from "./candidates.ts";
import { groupBy } from "./group-by.ts";
import type { AuditedCluster, Gap, Inventory } from "./inventory.ts";
import { opennessOf, type Openness } from "./openness.ts";
import { serviceAccountsAlike, tokenAccess, type TokenAccess } from "./token-access.ts";

/** Every role, with the ServiceAccounts that can assume it. */
export interface AccessIndex {
  readonly roles: readonly RoleAccess[];
  readonly clusters: readonly ClusterCandidates[];
  find(roleArn: string): RoleAccess | undefined;
}

/** A cluster with its ServiceAccounts, indexed. */
export interface ClusterCandidates {
  readonly audited: AuditedCluster;
  readonly candidates: Candidates;
  readonly requests: TokenRequests;
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
  /** The trust policy is too complex to evaluate: nothing is concluded from who is missing in `token` and `open`. */
  readonly isTooComplex?: true;
  /** How open the role is to ServiceAccounts that don't exist yet. */
  readonly open?: Openness;
  readonly associations: readonly AssociationAccess[];
}

/** That a ServiceAccount can assume a role. */
export interface AccessPath {
  readonly role: RoleListing;
  readonly cluster: AuditedCluster;
  readonly candidate: Candidate;
  readonly via: "irsa" | "pod-identity";
  readonly judgement: Judgement;
  /** The role that Pod Identity assumes before this one. */
  readonly through?: RoleArn;
}

/**
 * Evaluates every role's trust policy for every ServiceAccount of every cluster.
 * @param gaps gets trust policies that are too complex to evaluate
 */
export function accessIndexOf(inventory: Pick<Inventory, "roles" | "clusters">, gaps: Gap[]): AccessIndex {
  const clusters = inventory.clusters.map((audited) => ({
    audited,
    candidates: candidatesOf(audited.serviceAccounts),
    requests: tokenRequestsOf(audited.cluster),
  }));
  const read = listed(inventory.roles).map((role) => ({ role, trust: readTrust(role.trust) }));
  const trusts = new Map<string, readonly TrustStatement[]>(read.map(({ role, trust }) => [role.arn, trust]));
  const sources = clusters.map((cluster) => ({ cluster, ...associationsByRole(cluster.audited) }));
  const roles = read.map(({ role, trust }) => ({
    role,
    trust,
    byCluster: sources.map(({ cluster, byRole, byTarget }) => {
      const around = {
        ...cluster,
        cluster: cluster.audited.cluster,
        trustOf: (arn: string) => trusts.get(arn),
      };
      const associations = [
        ...(byRole.get(role.arn) ?? []).map((one) => associationAccess(one, around)),
        ...(byTarget.get(role.arn) ?? []).map((one) => targetRoleAccess(one, around)),
      ];
      const byToken = unlessTooComplex(() => tokenPart(trust, cluster));
      if (byToken === "too-complex") gaps.push(tooComplex(role.arn));
      return {
        cluster,
        ...(byToken === "too-complex" ? UNJUDGED : byToken),
        associations: associations.filter((one) => one !== undefined),
      };
    }),
  }));
  const byArn = new Map<string, RoleAccess>(roles.map((one) => [one.role.arn, one]));
  return { roles, clusters, find: (arn) => byArn.get(arn) };
}

function tokenPart(
  trust: readonly TrustStatement[],
  { audited, candidates, requests }: ClusterCandidates,
): Pick<ClusterAccess, "token" | "open"> {
  const probe = trustProbeOf(trust, audited.cluster, requests);
  const open = opennessOf(probe, audited, candidates);
  return { token: tokenAccess(probe, candidates), ...(open !== undefined && { open }) };
}

const UNJUDGED = { token: { named: [], alike: [] }, isTooComplex: true } as const;

function tooComplex(arn: RoleArn): Gap {
  return {
    what: `trust policy of ${arn}`,
    failure: new Failure("failed", "trust-too-complex", "the trust policy is too complex to evaluate"),
  };
}

function associationsByRole(audited: AuditedCluster) {
  const associations = listed(audited.associations);
  const targeted = associations.filter(({ targetRoleArn }) => targetRoleArn !== undefined);
  return {
    byRole: groupBy(associations, ({ roleArn }: PodIdentityAssociation) => roleArn),
    byTarget: groupBy(targeted, ({ targetRoleArn }: PodIdentityAssociation) => targetRoleArn),
  };
}

/**
 * Every ServiceAccount that can assume the role, by cluster and name. Tokens of a cluster without an OIDC provider, or with
 * an audience that the provider does not accept, don't count; if the provider could not be read, they do.
 */
export function accessPathsOf({ role, byCluster }: RoleAccess): AccessPath[] {
  return byCluster.flatMap((reach) => {
    const common = { role, cluster: reach.cluster.audited };
    const byToken = admittedByToken(reach).map((one) => ({ ...common, via: "irsa" as const, ...one }));
    const byAssociation = reach.associations.map(({ candidate, judgement, through }) => ({
      ...common,
      via: "pod-identity" as const,
      candidate,
      judgement,
      ...(through !== undefined && { through }),
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

/** Whether the cluster's OIDC provider accepts tokens with this audience. */
export function takesAudience({ provider }: AuditedCluster, audience: string): Truth {
  if (provider.state === "unknown") return "unknown";
  return truthOf(provider.value?.clientIds.includes(audience) === true);
}

type Admitted = Pick<AccessPath, "candidate" | "judgement">;

function admittedByToken({ cluster: { audited }, token }: ClusterAccess): Admitted[] {
  const accepted = ({ candidate }: Admitted): boolean => takesAudience(audited, candidate.audience) !== "no";
  const alike = token.alike.flatMap((group) =>
    serviceAccountsAlike(group).map((candidate) => ({ candidate, judgement: group.judgement })),
  );
  return [...token.named, ...alike].filter(accepted);
}

function isAlike({ candidates, except }: TokenAccess["alike"][number], candidate: Candidate): boolean {
  return candidates[0]?.audience === candidate.audience && !except.has(candidate);
}

function bySubject(one: AccessPath, other: AccessPath): number {
  if (one.candidate.subject === other.candidate.subject) return 0;
  return one.candidate.subject < other.candidate.subject ? -1 : 1;
}
