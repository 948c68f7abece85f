import { parseRoleArn, roleRef, type ClusterRef, type RoleArn } from "../model/arn.ts";
import type { Judgement } from "../model/judgement.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { subjectOf } from "../model/service-account-ref.ts";
import { podIdentityRequests, targetRoleRequests } from "../model/trust-policy/pod-identity-request.ts";
import type { TrustStatement } from "../model/trust-policy/read.ts";
import type { TrustRequest } from "../model/trust-policy/request.ts";
import { absentCandidate, type Candidate, type Candidates } from "./candidates.ts";
import { judge, judgeAll } from "./judge.ts";
import { mayAssume } from "../model/trust-policy/may-assume.ts";
import type { PermissionsOf } from "../model/role-permissions.ts";

/** That pods of a ServiceAccount get a role's credentials by a Pod Identity association. */
export interface AssociationAccess {
  readonly association: PodIdentityAssociation;
  readonly candidate: Candidate;
  /** The role whose credentials pods get: the target role where there is one. */
  readonly role: RoleArn;
  readonly judgement: Judgement;
  /** The association's own role, if this is the target role that is assumed with it. */
  readonly through?: RoleArn;
  /** True if it could not be told whether the policies of that role allow it to assume this one. */
  readonly permissionUnknown?: true;
}

/** What keeps an association from working. */
export interface AssociationRefusal {
  /** The role that can't be assumed. */
  readonly at: "role" | "target";
  readonly role: string;
  /** The action that its trust policy refuses; `permission`: the first role's policies don't allow it to assume the target. */
  readonly why: "not-found" | "sts:AssumeRole" | "sts:TagSession" | "permission";
}

/** How an association ends: pods get a role, or they do not, or a role could not be read. */
export type AssociationOutcome =
  | { readonly state: "assumed"; readonly access: AssociationAccess }
  | Refused
  | UnknownOutcome;

type Refused = { readonly state: "refused"; readonly refusal: AssociationRefusal };

/** That a role of an association could not be read. */
export interface UnknownOutcome {
  readonly state: "unknown";
  readonly association: PodIdentityAssociation;
  readonly at: "role" | "target";
  readonly role: RoleArn;
  /** The association's own role, if the target role is unknown. */
  readonly through?: RoleArn;
  /** `elsewhere`: the role is in another AWS account. */
  readonly why: "elsewhere" | "unread";
}

/** A role's trust policy by its ARN; `undefined` for a role that was not found. */
export type TrustOf = (roleArn: string) => readonly TrustStatement[] | "unreadable" | undefined;

/** What an association is evaluated with. */
export interface AssociationContext {
  readonly cluster: ClusterRef;
  readonly candidates: Candidates;
  readonly trustOf: TrustOf;
  /** Whether `trustOf` has every role of an AWS account; `undefined` for one that was not read. */
  readonly allRolesOf: (awsAccount: string) => boolean | undefined;
  readonly permissionsOf: PermissionsOf;
}

/** Follows an association as EKS does: its role for the service, then its target role for the role. */
export function associationOutcome(
  association: PodIdentityAssociation,
  context: AssociationContext,
): AssociationOutcome {
  const { cluster, candidates } = context;
  const { targetRoleArn } = association;
  const first = found(association.roleArn, "role", context);
  if (first.state !== "found") {
    // That a target role is in another AWS account can be told without the first one's trust policy.
    const target = targetRoleArn === undefined ? undefined : found(targetRoleArn, "target", context);
    const isElsewhere = first.state === "unknown" && first.why === "unread" && isAway(target);
    if (isElsewhere) return { ...target, association, through: first.role };
    return first.state === "refused" ? first : { ...first, association };
  }
  const requests = podIdentityRequests(cluster, association);
  const judgement = judgeAll(first.trust, requests);
  if (judgement === undefined) return refused("role", first.role, refusedAction(first.trust, requests));
  const candidate = candidateOf(association, candidates);
  if (targetRoleArn === undefined)
    return { state: "assumed", access: { association, candidate, role: first.role, judgement } };
  const target = found(targetRoleArn, "target", context);
  if (target.state === "refused") return target;
  if (target.state === "unknown") return { ...target, association, through: first.role };
  const chained = targetRoleRequests(cluster, association, first.role);
  const second = judgeAll(target.trust, chained);
  if (second === undefined) return refused("target", target.role, refusedAction(target.trust, chained));
  const permitted = mayAssume(
    first.role,
    context.permissionsOf(first.role),
    { arn: target.role, trust: target.trust },
    chained,
  );
  if (permitted === "no") return refused("target", target.role, "permission");
  return {
    state: "assumed",
    access: {
      association,
      candidate,
      role: target.role,
      through: first.role,
      judgement: bothOf(judgement, second, permitted === "yes"),
      ...(permitted === "unknown" && { permissionUnknown: true }),
    },
  };
}

type Found = {
  readonly state: "found";
  readonly role: RoleArn;
  readonly trust: readonly TrustStatement[];
};

function found(
  text: string,
  at: AssociationRefusal["at"],
  { cluster, trustOf, allRolesOf }: AssociationContext,
): Found | Refused | Omit<UnknownOutcome, "association" | "through"> {
  const trust = trustOf(text);
  const parsed = parseRoleArn(text);
  if (!parsed.ok) return refused(at, text, "not-found");
  const role = parsed.value;
  if (trust === "unreadable") return { state: "unknown", at, role, why: "unread" };
  if (trust !== undefined) return { state: "found", role, trust };
  const { awsAccount, partition } = roleRef(role);
  const allRoles = partition === cluster.partition ? allRolesOf(awsAccount) : undefined;
  if (allRoles === undefined) return { state: "unknown", at, role, why: "elsewhere" };
  return allRoles ? refused(at, role, "not-found") : { state: "unknown", at, role, why: "unread" };
}

function isAway(
  target: ReturnType<typeof found> | undefined,
): target is Omit<UnknownOutcome, "association" | "through"> {
  return target?.state === "unknown" && target.why === "elsewhere";
}

function refused(at: AssociationRefusal["at"], role: string, why: AssociationRefusal["why"]): Refused {
  return { state: "refused", refusal: { at, role, why } };
}

/** The first that is refused. */
function refusedAction(
  trust: readonly TrustStatement[],
  [first, ...more]: readonly [TrustRequest, ...TrustRequest[]],
): "sts:AssumeRole" | "sts:TagSession" {
  return judge(trust, first) === undefined || more.length === 0 ? "sts:AssumeRole" : "sts:TagSession";
}

/** For certain only if both are; the statements are the target role's. */
function bothOf(first: Judgement, second: Judgement, permitted: boolean): Judgement {
  const certain = first.verdict === "allow" && second.verdict === "allow" && permitted;
  return {
    verdict: certain ? "allow" : "conditional",
    unknownKeys: [...new Set([...first.unknownKeys, ...second.unknownKeys])].toSorted(),
    statements: second.statements,
  };
}

function candidateOf({ serviceAccount }: PodIdentityAssociation, candidates: Candidates): Candidate {
  const subject = subjectOf(serviceAccount);
  return candidates.find(subject) ?? absentCandidate(serviceAccount, candidates);
}
