import { roleRef, parseRoleArn } from "../../model/arn.ts";
import type { WritableTrust } from "../../model/authority.ts";
import { Failure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import { podIdentityDigest } from "../../model/observed-digest.ts";
import { roleOwnershipTags, TAG } from "../../model/ownership-tags.ts";
import type { Note } from "../../model/plan.ts";
import type { UpdatePodIdentity } from "../../model/pod-identity-change.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import { annotatedRole } from "../../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { evaluateGrant } from "../../model/trust-policy/grant.ts";
import { PODS_SERVICE } from "../../model/trust-policy/pod-identity-request.ts";
import { associatedOther } from "../role/current-role.ts";
import { associationTrust, expectAssociated, type AssociationTrust } from "../role/association-witness.ts";
import { otherAwsAccount, otherPath } from "../role/choose-role.ts";
import { holderOf } from "../role/holder.ts";
import { makerOf, ownershipOf, type OwnedRole } from "../role/ownership.ts";
import { adoptableRole } from "../role/sharing.ts";
import { podIdentityGrantFor, trustNotes, trustRefuses } from "../role/trust.ts";
import { openableByOtherWay, trustPinned, writablePodIdentityGrant } from "../role/write-trust.ts";
import { associationOrigin } from "../way/association-origin.ts";
import { ownedAssociation, tagsDisabled } from "../way/association-refusals.ts";
import { adoptionParts, type AdoptionPlan } from "./adoption-parts.ts";
import { expectMeant, expectUnclaimed, isOursBeside } from "./claims.ts";
import type { DesiredAdoption, ObservedAdoption } from "./observe.ts";

/**
 * Plans the adoption of a Pod Identity association and its role; pure. The trust policy gets irsa's statement, by which a
 * later run knows the role again: it allows the ServiceAccount alone, which the trust policy allows already. Statements that
 * allow other associations stay unless they are to go (`--restrict-trust`).
 * @throws Failure `association-owned`, `role-shared`, `role-unproven`, `trust-refuses`, `session-tags-disabled`, …
 */
export function planAssociated(
  desired: DesiredAdoption,
  observed: ObservedAdoption,
  association: PodIdentityAssociation,
): AdoptionPlan {
  const { serviceAccount: ref } = desired;
  const { cluster, sharing } = observed;
  if (association.ownerArn !== undefined) throw ownedAssociation(ref, association.ownerArn);
  const role = associatedRole(ref, observed, association);
  expectMeant(desired, role);
  const trusts = associationTrust(role, cluster, association);
  const grant = podIdentityGrantFor(cluster, ref, association.withoutSessionTags);
  const evaluation = evaluateGrant(role.trust, grant);
  if (evaluation.verdict === "deny")
    throw trustRefuses(role, { serviceAccount: ref, clusterFlags: ["--cluster", cluster.arn] }, grant);
  adoptableRole(role, holderOf(cluster, ref, grant), trusts.open);
  const owned = expectAssociated(desired, role, cluster, association, sharing);
  const isLate = isBeingReleased(role, observed);
  const trust = isLate ? undefined : pinnedTrust(desired, observed, association, { role, owned, trusts });
  const after = trust ?? role.trust;
  const parts = adoptionParts(desired, observed, {
    role,
    arn: owned.arn,
    isOurs: ownershipOf(role, cluster, ref).kind === "ours",
    trust,
    association: taggedAssociation(ref, observed, association, role),
  });
  return {
    ...parts,
    notes: [
      ...trustNotes(after, evaluateGrant(after, grant)),
      ...openNotes(desired, role, trusts, isLate),
      ...besideNotes(ref, observed, association),
      ...parts.notes,
    ],
    role: role.arn,
    way: "pod-identity",
    audience: PODS_SERVICE,
    maker: makerOf(role.tags, cluster),
  };
}

/** The role that EKS gives to the ServiceAccount's pods, of which no other has a claim. */
function associatedRole(
  ref: ServiceAccountRef,
  observed: ObservedAdoption,
  { roleArn, arn }: PodIdentityAssociation,
): Role {
  const { cluster, role } = observed;
  const parsed = parseRoleArn(roleArn);
  if (parsed.ok && roleRef(parsed.value).awsAccount !== cluster.awsAccount)
    throw otherAwsAccount(parsed.value, cluster, true);
  if (role === undefined) {
    const message = `the role of the Pod Identity association of ${serviceAccountPath(ref)} does not exist`;
    throw new Failure("refused", "no-role", message, {
      facts: [
        ["association", arn],
        ["role", roleArn],
      ],
    });
  }
  if (role.arn !== roleArn) throw otherPath(roleArn, role.arn, role.name);
  expectUnclaimed(ref, role, observed);
  if (isOursBeside(ref, role, observed)) throw associatedOther({ ref }, observed.computed, role);
  return role;
}

/** A stack that is going, or gone, is compared with what the role was: until then, the trust policy stays. */
function isBeingReleased({ tags }: Role, { stack }: ObservedAdoption): boolean {
  if (tags[TAG.releasing] === undefined) return false;
  return stack === undefined || stack.stack.status.startsWith("DELETE_");
}

interface Judged {
  readonly role: Role;
  readonly owned: OwnedRole;
  readonly trusts: AssociationTrust;
}

/**
 * The trust policy with irsa's statement, in one write: the association is allowed before and after. `undefined` where it
 * is so already.
 */
function pinnedTrust(
  { serviceAccount: ref, restrictTrust = false, withoutSessionTags = false }: DesiredAdoption,
  { cluster }: ObservedAdoption,
  association: PodIdentityAssociation,
  { role, owned, trusts: { hasOwn, open } }: Judged,
): WritableTrust | undefined {
  const removed = restrictTrust ? open : [];
  const grant = writablePodIdentityGrant(cluster, owned.serviceAccount, association.withoutSessionTags);
  if (hasOwn && removed.length === 0) return undefined;
  const target = openableByOtherWay(owned, role, grant);
  if (target === undefined) throw uncertain(role, ref, evaluateGrant(role.trust, grant).unknownKeys);
  if (association.withoutSessionTags && !withoutSessionTags) throw tagsDisabled({ serviceAccount: ref });
  return trustPinned(target, role, grant, removed);
}

/** A statement without the conditions that can't be evaluated here would allow more than there is. */
function uncertain({ name, arn }: Role, ref: ServiceAccountRef, unknownKeys: readonly string[]): Failure {
  const path = serviceAccountPath(ref);
  return new Failure(
    "refused",
    "trust-conditional",
    `whether the trust policy of '${name}' allows the Pod Identity association of ${path} can't be evaluated`,
    {
      facts: [["role", arn], ...unknownKeys.map((key) => ["depends on", key] as const)],
      advice:
        "irsa would add a statement without these conditions. To allow that first: irsa create-sa --pod-identity with --attach-role-arn and --add-trust",
    },
  );
}

/** The association's ownership tags, unless it has them. */
function taggedAssociation(
  ref: ServiceAccountRef,
  { cluster }: ObservedAdoption,
  found: PodIdentityAssociation,
  role: Role,
): readonly UpdatePodIdentity[] {
  if (associationOrigin(found, ref, cluster, role.arn) !== undefined) return [];
  return [
    {
      kind: "update-pod-identity",
      cluster: cluster.arn,
      serviceAccount: ref,
      id: found.id,
      arn: found.arn,
      role: found.roleArn,
      set: {},
      setTags: roleOwnershipTags(cluster, ref, "adopted", []),
      before: found,
      observed: podIdentityDigest(found),
    },
  ];
}

/** Whom else the trust policy allows, or allowed: other clusters can't be looked into from here. */
function openNotes(
  { serviceAccount, restrictTrust = false }: DesiredAdoption,
  { name }: Role,
  { open }: AssociationTrust,
  isLate: boolean,
): Note[] {
  if (open.length === 0) return [];
  const path = serviceAccountPath(serviceAccount);
  if (restrictTrust && isLate) {
    const message = `the trust policy of '${name}' is kept until the role is compared with what it was before its stack was deleted; re-run with --restrict-trust after that`;
    return [{ level: "warning", code: "trust-later", message }];
  }
  if (restrictTrust) {
    const message = `from now on, only the Pod Identity association of ${path} can use role '${name}'; associations of other clusters with this role, which are not checked, lose it`;
    return [{ level: "warning", code: "trust-narrower", message }];
  }
  const message = `the trust policy of '${name}' also allows other Pod Identity associations that have this role; to allow only that of ${path}: --restrict-trust`;
  return [{ level: "warning", code: "trust-open", message }];
}

/** What pods get beside the adopted role, or could. */
function besideNotes(
  ref: ServiceAccountRef,
  { serviceAccount }: ObservedAdoption,
  { targetRoleArn, roleArn }: PodIdentityAssociation,
): Note[] {
  const notes: Note[] = [];
  if (targetRoleArn !== undefined) {
    const message = `pods get the permissions of target role ${targetRoleArn}, which is not adopted`;
    notes.push({ level: "info", code: "target-role-beside", message });
  }
  const { kind, text } = annotatedRole(serviceAccount);
  if (kind !== "none" && text !== roleArn) {
    const message = `${serviceAccountPath(ref)} is also annotated with role ${text}, which is not adopted: new pods get the association's role instead`;
    notes.push({ level: "warning", code: "annotation-kept", message });
  }
  return notes;
}
