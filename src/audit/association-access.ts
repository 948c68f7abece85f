import { roleRef, type ClusterRef, type RoleArn } from "../model/arn.ts";
import type { Judgement } from "../model/judgement.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { subjectOf } from "../model/service-account-ref.ts";
import { podIdentityRequests, targetRoleRequest } from "../model/trust-policy/pod-identity-request.ts";
import type { TrustStatement } from "../model/trust-policy/read.ts";
import { absentCandidate, type Candidate, type Candidates } from "./candidates.ts";
import { judge, judgeAll } from "./judge.ts";

/** That pods of a ServiceAccount can assume a role by a Pod Identity association. */
export interface AssociationAccess {
  readonly association: PodIdentityAssociation;
  readonly candidate: Candidate;
  readonly judgement: Judgement;
  /** The association's own role, if this is the target role that is assumed with it. */
  readonly through?: RoleArn;
}

/** Finds a role's trust policy by its ARN. */
export type TrustOf = (roleArn: string) => readonly TrustStatement[] | undefined;

/** The association's role, if its trust policy allows EKS. */
export function associationAccess(
  association: PodIdentityAssociation,
  { cluster, candidates, trustOf }: AssociationContext,
): AssociationAccess | undefined {
  const trust = trustOf(association.roleArn);
  const judgement = trust && judgeAll(trust, podIdentityRequests(cluster, association));
  return judgement && { association, candidate: candidateOf(association, candidates), judgement };
}

/** What an association is evaluated with. */
export interface AssociationContext {
  readonly cluster: ClusterRef;
  readonly candidates: Candidates;
  readonly trustOf: TrustOf;
}

/** The association's target role, if the first role can be assumed and the target's trust policy allows it. */
export function targetRoleAccess(
  association: PodIdentityAssociation,
  around: AssociationContext,
): AssociationAccess | undefined {
  const first = associationAccess(association, around);
  const trust =
    association.targetRoleArn === undefined ? undefined : around.trustOf(association.targetRoleArn);
  if (first === undefined || trust === undefined) return undefined;
  const through = association.roleArn as RoleArn;
  const second = judge(trust, targetRoleRequest(roleRef(through), association));
  if (second === undefined) return undefined;
  const certain = first.judgement.verdict === "allow" && second.verdict === "allow";
  const judgement: Judgement = {
    verdict: certain ? "allow" : "conditional",
    unknownKeys: [...new Set([...first.judgement.unknownKeys, ...second.unknownKeys])].toSorted(),
    statements: second.statements,
  };
  return { ...first, judgement, through };
}

function candidateOf({ serviceAccount }: PodIdentityAssociation, candidates: Candidates): Candidate {
  const subject = subjectOf(serviceAccount);
  return candidates.find(subject) ?? absentCandidate(serviceAccount, candidates);
}
