import { annotatedRoleGone, badAnnotation, type OurRole } from "./annotation-refusals.ts";
import { roleArn, roleRef, type RoleArn } from "../../model/arn.ts";
import type { ClusterRef } from "../../model/arn.ts";
import { Failure } from "../../model/failure.ts";
import type { AnnotatedRole } from "../../model/service-account-facts.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import type { DesiredServiceAccount, ExistingRole, ManagedRole } from "../create/desired.ts";
import { chooseBehind } from "./choose-behind.ts";
import { wantedRoleName } from "../create/observe.ts";
import type { ObservedServiceAccount, ObservedRole } from "../create/observed.ts";
import {
  expectOneClaim,
  ownedRole,
  ownershipOf,
  vouchedRole,
  type ForeignRole,
  type OwnedRole,
} from "./ownership.ts";

import { grantFor, otherIssuerOf, trustMove } from "./trust.ts";

/** Which role the ServiceAccount gets, and what we may do with it. */
export type RoleChoice =
  /** There is none of that name: make it. */
  | { readonly kind: "create"; readonly arn: RoleArn }
  /** It is irsa's for this ServiceAccount: bring it in line; given nothing if only its tags and trust policy lead to it (`unnamed`). */
  | {
      readonly kind: "ours";
      readonly observed: ObservedRole;
      readonly owned: OwnedRole;
      readonly unnamed?: true;
    }
  /** Somebody else's: use it as it is, or stop. */
  | { readonly kind: "foreign"; readonly observed: ObservedRole };

/**
 * Chooses the role. An explicit name wins; then the role that the ServiceAccount has (`current`: its annotation, or its
 * association) if it is ours; without one, or where it is just that, the computed name. Any other is somebody else's and
 * stays what it is.
 * @throws Failure when the role that is meant can't be told or can't be used
 */
export function chooseRole(
  desired: DesiredServiceAccount,
  observed: ObservedServiceAccount,
  current: AnnotatedRole,
): RoleChoice {
  const { role, serviceAccount } = desired;
  const { named, annotated, association } = observed;
  if (role.kind === "existing") return chooseExisting(role, observed);
  expectOneClaim([named?.role, annotated?.role], association.cluster, serviceAccount);
  return role.kind === "kept"
    ? chooseKept(desired, observed)
    : chooseManaged(desired, role, observed, current);
}

/** It is judged again: what was read before may be another role by now. */
function chooseKept(
  desired: DesiredServiceAccount,
  { named, association }: ObservedServiceAccount,
): RoleChoice {
  const owned = named && ownedRole(named.role, association.cluster, desired.serviceAccount);
  if (named === undefined || owned === undefined) throw keptRoleGone(desired);
  return { kind: "ours", observed: named, owned };
}

function chooseExisting(
  role: ExistingRole,
  { association, named, podIdentity }: ObservedServiceAccount,
): RoleChoice {
  const { cluster } = association;
  const { awsAccount, name } = roleRef(role.arn);
  if (awsAccount !== cluster.awsAccount) throw otherAwsAccount(role.arn, cluster, podIdentity !== undefined);
  if (named === undefined) throw noSuchRole(role.arn);
  if (named.role.arn !== role.arn) throw otherPath(role.arn, named.role.arn, name);
  return { kind: "foreign", observed: named };
}

function chooseManaged(
  desired: DesiredServiceAccount,
  role: ManagedRole,
  observed: ObservedServiceAccount,
  annotation: AnnotatedRole,
): RoleChoice {
  const { cluster } = observed.association;
  const wanted = roleArn(cluster, role.path ?? "/", wantedRoleName(desired, { ...cluster }));
  const { named } = observed;
  const namesWanted = annotation.text === wanted || annotation.text === named?.role.arn;
  if (role.name === undefined && annotation.kind !== "none" && !namesWanted)
    return chooseAnnotated(desired, annotation, observed);
  if (named === undefined) return unnamedRole(desired, observed) ?? { kind: "create", arn: wanted };
  const ownership = ownershipOf(named.role, cluster, desired.serviceAccount);
  if (ownership.kind === "foreign") {
    const vouched =
      role.name !== undefined && desired.addTrust
        ? vouchedRole(named.role, role.name, desired.serviceAccount, ownership)
        : undefined;
    if (vouched !== undefined) return { kind: "ours", observed: named, owned: vouched };
    if (annotation.text === named.role.arn) return { kind: "foreign", observed: named };
    throw claimedOrTaken(named, desired, ownership, cluster);
  }
  if (role.path !== undefined && named.role.arn !== wanted)
    throw otherPath(wanted, named.role.arn, named.role.name);
  return { kind: "ours", observed: named, owned: ownership };
}

function unnamedRole(
  desired: DesiredServiceAccount,
  observed: ObservedServiceAccount,
): RoleChoice | undefined {
  const behind = chooseBehind(desired, observed);
  if (behind?.owned === undefined) return behind && { kind: "foreign", observed: behind.observed };
  return { kind: "ours", observed: behind.observed, owned: behind.owned, unnamed: true };
}

function chooseAnnotated(
  desired: DesiredServiceAccount,
  { kind, text: annotation }: AnnotatedRole,
  observed: ObservedServiceAccount,
): RoleChoice {
  const { annotated, association } = observed;
  if (kind === "malformed") throw badAnnotation(desired, annotation);
  if (annotated === undefined)
    throw annotatedRoleGone(desired, annotation, association.cluster, ourRole(desired, observed));
  if (annotated.role.arn !== annotation) throw otherPath(annotation, annotated.role.arn, annotated.role.name);
  const owned = ownedRole(annotated.role, association.cluster, desired.serviceAccount);
  return owned === undefined
    ? { kind: "foreign", observed: annotated }
    : { kind: "ours", observed: annotated, owned };
}

/** The role that irsa made for the ServiceAccount, whose annotation has come to name another. */
function ourRole(
  { serviceAccount, clusterFlags }: DesiredServiceAccount,
  { named, association }: ObservedServiceAccount,
): OurRole | undefined {
  return named !== undefined && ownedRole(named.role, association.cluster, serviceAccount) !== undefined
    ? { arn: named.role.arn, clusterFlags }
    : undefined;
}

/** The refusal of a role of another AWS account than the cluster's. */
export function otherAwsAccount(arn: RoleArn, cluster: ClusterRef, byPodIdentity = false): Failure {
  return new Failure(
    "refused",
    "other-aws-account",
    `the role is in AWS account ${roleRef(arn).awsAccount}, the cluster in ${cluster.awsAccount}`,
    {
      facts: [["role", arn]],
      advice: byPodIdentity
        ? "A Pod Identity association requires a role in the cluster's AWS account. Use one, and pass this role with --target-role-arn"
        : "To check or create a role and its OIDC provider in another AWS account, add --role-profile NAME with a profile of it",
    },
  );
}

function noSuchRole(arn: RoleArn): Failure {
  return new Failure("refused", "no-role", `role '${roleRef(arn).name}' not found`, {
    facts: [["requested", arn]],
  });
}

/** The refusal of a role that has another path than the ARN that it is asked for by. */
export function otherPath(asked: string, actual: string, name: string): Failure {
  return new Failure("refused", "role-path", `role '${name}' has a different path`, {
    facts: [
      ["requested", asked],
      ["found", actual],
    ],
    advice: "A role's path can't be changed. Use the role's actual ARN",
  });
}

function keptRoleGone({ serviceAccount }: DesiredServiceAccount): Failure {
  const message = `the role that irsa managed for ${serviceAccountPath(serviceAccount)} no longer exists or is no longer managed by irsa`;
  return new Failure("refused", "no-role", message, { advice: "Run irsa verify again" });
}

/** A role whose tags name the ServiceAccount may be its own of a cluster that is gone: that is said too. */
function claimedOrTaken(
  found: ObservedRole,
  desired: DesiredServiceAccount,
  ownership: ForeignRole,
  cluster: ClusterWithIssuer,
): Failure {
  const grant = grantFor(cluster, desired.serviceAccount, DEFAULT_AUDIENCE);
  const other = ownership.tagged ? otherIssuerOf(found.role.trust, grant) : undefined;
  return other === undefined ? nameTaken(found, desired, ownership) : trustMove(found.role, desired, other);
}

function nameTaken(
  { role }: ObservedRole,
  { serviceAccount, byFile = false, isTarget }: DesiredServiceAccount,
  { tagged, why }: ForeignRole,
): Failure {
  return new Failure(
    "refused",
    "role-exists",
    `role '${role.name}' exists and is not managed by irsa for ${serviceAccountPath(serviceAccount)}`,
    {
      facts: [["role", role.arn], ...(tagged ? [["why", why] as const] : [])],
      advice:
        isTarget === true
          ? "Choose another name with --target-role-name, or use this role unchanged with --target-role-arn instead of --target-profile"
          : byFile
            ? "Choose another roleName in the file, or use this role unchanged with attachRoleARN"
            : "Choose another name with --role-name, or use this role unchanged with --attach-role-arn (add --add-trust to change only its trust policy)",
    },
  );
}
