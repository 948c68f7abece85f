import type { RoleArn } from "../../model/arn.ts";
import type { WritableTrust } from "../../model/authority.ts";
import { Failure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import { podIdentityDigest } from "../../model/observed-digest.ts";
import { valueOf, type Known } from "../../model/known.ts";
import type { Note } from "../../model/plan.ts";
import type { AssociationRemovals, UpdatePodIdentity } from "../../model/pod-identity-change.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { keepsFromAdministration } from "../../model/session-policy.ts";
import { evaluateGrant, grantStatements } from "../../model/trust-policy/grant.ts";
import type { ObservedRole } from "../create/observed.ts";
import type { CurrentRole } from "../role/current-role.ts";
import { checkHeld } from "../role/guardrails.ts";
import { holderIn } from "../role/holder.ts";
import { givableRole } from "../role/sharing.ts";
import { podIdentityGrantFor, trustRefuses } from "../role/trust.ts";
import { openableRole, trustWithGrant, writablePodIdentityGrant } from "../role/write-trust.ts";
import type { ServiceAccountState } from "../service-account/state.ts";
import { cachedNotes, targetNotes } from "../way/association-notes.ts";
import { targetTrustNotes } from "../way/target-trust-notes.ts";
import { associationOrigin } from "../way/association-origin.ts";
import {
  foreignAssociation,
  noAssociation,
  ownedAssociation,
  policyNeedsNoTags,
  unprovenAssociation,
} from "../way/association-refusals.ts";
import { samePolicy } from "../way/same-policy.ts";
import type { AssociationAsk, DesiredUpdate } from "./desired.ts";

/** The role that the ServiceAccount's pods get, with its policies. */
type UsedRole = CurrentRole & ObservedRole;

/** What an update of the association is judged by. */
interface AssociationState {
  readonly state: ServiceAccountState;
  readonly current: UsedRole | undefined;
  /** The target role that the association is to have, where it was read. */
  readonly givenTarget: Known<Role | undefined> | undefined;
}

/** The association's share of an update. */
export interface AssociationUpdate {
  readonly changes: readonly UpdatePodIdentity[];
  readonly notes: readonly Note[];
  /** What the role's trust policy must become; absent where it does already. */
  readonly trust?: WritableTrust;
  /** The trust policy gets narrower: only once EKS sends session tags. */
  readonly narrows: boolean;
}

/**
 * What the update changes of the ServiceAccount's association, and of the trust policy for it.
 * @throws Failure `no-association`, `association-owned`, `foreign-association`, `session-policy-tags`, `no-role`,
 * `administrator-policy`, `trust-refuses`, …
 */
export function updateAssociation(
  desired: DesiredUpdate,
  asked: AssociationAsk,
  { state, current, givenTarget }: AssociationState,
  clusterFlags: readonly string[],
): AssociationUpdate {
  const found = foundAssociation(state, clusterFlags);
  const { ref, cluster } = state;
  const role = roleOf(found, state, current);
  const after = afterwards(found, asked);
  if (after.policy !== undefined && !after.withoutSessionTags)
    throw policyNeedsNoTags(ref, asked.sessionPolicy === undefined ? "session-tags" : "session-policy");
  const edit = { set: settings(found, asked), unset: removals(found, asked) };
  const isSame = Object.keys(edit.set).length + Object.keys(edit.unset).length === 0;
  if (!isSame) expectOurs(desired, found, state, role, clusterFlags);
  if (!desired.allowAdministrator && limits(found) && !limits(after)) checkHeld(role);
  const trust = asked.withoutSessionTags === undefined ? NO_TRUST : trustFor(asked.withoutSessionTags);
  const narrower = trust.narrows ? [narrowerNote(ref, role.role)] : [];
  const wider = asked.withoutSessionTags === true && !found.withoutSessionTags ? [widerNote(role.role)] : [];
  if (isSame) return { changes: [], notes: narrower, ...trust };
  const change: UpdatePodIdentity = {
    kind: "update-pod-identity",
    cluster: cluster.arn,
    serviceAccount: ref,
    id: found.id,
    arn: found.arn,
    role: found.roleArn,
    ...edit,
    before: found,
    observed: podIdentityDigest(found),
  };
  const notes = [
    ...targetNotes(edit.set.targetRole, desired),
    ...targetTrustNotes(targeted(ref, found, asked), role.role.arn, cluster, givenTarget),
    ...narrower,
    ...wider,
    ...cachedNotes(ref, found, clusterFlags),
  ];
  return { changes: [change], notes, ...trust };

  function trustFor(withoutSessionTags: boolean): Pick<AssociationUpdate, "trust" | "narrows"> {
    return trustAfter(withoutSessionTags, desired, state, role, clusterFlags);
  }
}

const NO_TRUST = { narrows: false };

/** Without session tags, the statement allowed every association of the cluster with the role. */
function narrowerNote(serviceAccount: ServiceAccountRef, { name }: Role): Note {
  const message = `irsa's statement in the trust policy of '${name}' allowed every Pod Identity association of the cluster with this role; now it allows that of ${serviceAccountPath(serviceAccount)} only`;
  return { level: "warning", code: "trust-narrower", message };
}

/** Any statement must do without the tags, irsa's or another's. */
function widerNote({ name }: Role): Note {
  const message = `without session tags, trust policies can't tell ServiceAccounts apart: irsa's statement allows every Pod Identity association of the cluster with role '${name}'`;
  return { level: "warning", code: "trust-wider", message };
}

function foundAssociation({ association, ref }: ServiceAccountState, clusterFlags: readonly string[]) {
  if (association.state === "unknown") throw association.failure;
  if (association.value === undefined) throw noAssociation(ref, clusterFlags);
  return association.value;
}

/** The association's role, which must exist: its trust policy and its policies are judged. */
function roleOf(
  { roleArn, arn }: PodIdentityAssociation,
  { ref }: ServiceAccountState,
  current: UsedRole | undefined,
): UsedRole {
  if (current?.role.arn === roleArn) return current;
  const why = current === undefined ? "does not exist" : `is not '${current.role.name}'`;
  const message = `the role of the Pod Identity association of ${serviceAccountPath(ref)} ${why}`;
  throw new Failure("refused", "no-role", message, {
    facts: [
      ["association", arn],
      ["role", roleArn],
    ],
  });
}

/** The target role that pods get after an update that decides whether it may be assumed; `undefined` if there is none. */
export function targetAfter(
  { association }: Pick<ServiceAccountState, "association">,
  asked: AssociationAsk,
): string | undefined {
  const found = valueOf(association);
  const concerns = asked.targetRole !== undefined || asked.withoutSessionTags !== undefined;
  return found && concerns ? afterwards(found, asked).targetRoleArn : undefined;
}

function targeted(serviceAccount: ServiceAccountRef, found: PodIdentityAssociation, asked: AssociationAsk) {
  const { targetRoleArn: targetRole, withoutSessionTags } = afterwards(found, asked);
  return { serviceAccount, targetRole, withoutSessionTags, externalId: found.externalId };
}

/** What the association says that matters to what its pods may do. */
type Limits = Pick<PodIdentityAssociation, "targetRoleArn" | "policy" | "withoutSessionTags">;

function afterwards(found: PodIdentityAssociation, asked: AssociationAsk): Limits {
  const { targetRole, sessionPolicy, withoutSessionTags = found.withoutSessionTags } = asked;
  const target = valueAfter(found.targetRoleArn, targetRole);
  const policy = valueAfter(found.policy, sessionPolicy);
  return {
    withoutSessionTags,
    ...(target !== undefined && { targetRoleArn: target }),
    ...(policy !== undefined && { policy }),
  };
}

function valueAfter(
  found: string | undefined,
  asked: AssociationAsk["targetRole"] | AssociationAsk["sessionPolicy"],
) {
  if (asked === undefined) return found;
  return "set" in asked ? asked.set : undefined;
}

/** Whether pods are kept from administrator access that the first role may have. */
function limits({ targetRoleArn, policy }: Limits): boolean {
  return targetRoleArn !== undefined || (policy !== undefined && keepsFromAdministration(policy));
}

function settings(
  found: PodIdentityAssociation,
  { targetRole, sessionPolicy, withoutSessionTags }: AssociationAsk,
): UpdatePodIdentity["set"] {
  const target = targetRole !== undefined && "set" in targetRole ? targetRole.set : undefined;
  const policy = sessionPolicy !== undefined && "set" in sessionPolicy ? sessionPolicy.set : undefined;
  return {
    ...(target !== undefined && target !== found.targetRoleArn && { targetRole: target }),
    ...(withoutSessionTags !== undefined &&
      withoutSessionTags !== found.withoutSessionTags && { withoutSessionTags }),
    ...(policy !== undefined && !samePolicy(found.policy, policy) && { sessionPolicy: policy }),
  };
}

function removals(
  found: PodIdentityAssociation,
  { targetRole, sessionPolicy }: AssociationAsk,
): AssociationRemovals {
  return {
    ...(targetRole !== undefined &&
      "remove" in targetRole &&
      found.targetRoleArn !== undefined && { targetRole: targetRole.remove }),
    ...(sessionPolicy !== undefined &&
      "remove" in sessionPolicy &&
      found.policy !== undefined && { sessionPolicy: sessionPolicy.remove }),
  };
}

/** The role confirms what the association's tags say where it is irsa's, or where the operator named it. */
function expectOurs(
  { roleName }: DesiredUpdate,
  found: PodIdentityAssociation,
  { ref, cluster }: ServiceAccountState,
  { role, ownership }: UsedRole,
  clusterFlags: readonly string[],
): void {
  if (found.ownerArn !== undefined) throw ownedAssociation(ref, found.ownerArn);
  const confirmed = ownership.kind === "ours" || roleName !== undefined ? role.arn : undefined;
  if (associationOrigin(found, ref, cluster, confirmed) !== undefined) return;
  const isTagged = associationOrigin(found, ref, cluster, found.roleArn as RoleArn) !== undefined;
  throw isTagged ? unprovenAssociation(ref, found) : foreignAssociation(ref, found, clusterFlags);
}

/**
 * The trust policy that sessions with tags, or without, need: irsa's own statement is replaced by the one that asks for as
 * much as can be. A role of others must allow them already.
 */
function trustAfter(
  withoutSessionTags: boolean,
  desired: DesiredUpdate,
  state: ServiceAccountState,
  { role, ownership }: UsedRole,
  clusterFlags: readonly string[],
): Pick<AssociationUpdate, "trust" | "narrows"> {
  const { cluster, ref } = state;
  const asIs = podIdentityGrantFor(cluster, ref, withoutSessionTags);
  const isRefused = evaluateGrant(role.trust, asIs).verdict === "deny";
  const hasOwn = grantStatements(role.trust, asIs).length > 0;
  if (!isRefused && (!hasOwn || ownership.kind !== "ours")) return NO_TRUST;
  if (ownership.kind !== "ours") throw trustRefuses(role, { serviceAccount: ref, clusterFlags }, asIs);
  const grant = writablePodIdentityGrant(cluster, ownership.serviceAccount, withoutSessionTags);
  const trust = trustWithGrant(openableRole(ownership, role, grant, clusterFlags), role, grant);
  if (trust === role.trust) return NO_TRUST;
  if (isRefused) givableRole(ownership.arn, role, holderIn(state), desired);
  return { trust, narrows: !withoutSessionTags };
}
