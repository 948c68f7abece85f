import type { EksPort, PodIdentityEdit, Receipt } from "../aws/port.ts";
import { clusterRef, type ClusterArn } from "../model/arn.ts";
import { isFailure } from "../model/failure.ts";
import { podIdentityDigest } from "../model/observed-digest.ts";
import type {
  CreatePodIdentity,
  DeletePodIdentity,
  UpdatePodIdentity,
} from "../model/pod-identity-change.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import type { Terms } from "./confirm.ts";
import { onceVisible } from "./once-visible.ts";
import { expectUnchanged, hasTags, inOrder, orGone } from "./preconditions.ts";

/** Creates the association; an identical one was created by an attempt whose answer was lost. */
export async function createPodIdentity(
  change: CreatePodIdentity,
  eks: EksPort,
  terms: Terms,
): Promise<Receipt> {
  const { name } = clusterRef(change.cluster);
  const { serviceAccount, role, targetRole, withoutSessionTags, sessionPolicy, tags } = change;
  const association = {
    serviceAccount,
    roleArn: role,
    ...(targetRole !== undefined && { targetRoleArn: targetRole }),
    withoutSessionTags,
    ...(sessionPolicy !== undefined && { policy: sessionPolicy }),
    tags,
  };
  try {
    return await onceVisible(() => eks.createPodIdentity(name, association), terms);
  } catch (error) {
    if (!isFailure(error, "already-exists")) throw error;
    const found = await associationOf(change, eks);
    if (found === undefined || !isAsMade(found, change)) throw error;
    return {};
  }
}

function isAsMade(found: PodIdentityAssociation, change: CreatePodIdentity): boolean {
  return (
    found.roleArn === change.role &&
    found.targetRoleArn === change.targetRole &&
    found.withoutSessionTags === change.withoutSessionTags &&
    found.policy === change.sessionPolicy &&
    found.ownerArn === undefined &&
    hasTags(found.tags, change.tags)
  );
}

/**
 * Re-reads the association, then changes it. Ownership tags are set first and removed last: what is ours must be known as
 * such even if the next call fails.
 */
export async function updatePodIdentity(
  change: UpdatePodIdentity,
  eks: EksPort,
  terms: Terms,
): Promise<Receipt[]> {
  const { name } = clusterRef(change.cluster);
  const found = await associationOf(change, eks);
  expectUnchanged(change.observed, found && podIdentityDigest(found), whatOf(change));
  const { id, arn, setTags, unsetTags } = change;
  const edit = editOf(change);
  return inOrder([
    ...(setTags === undefined ? [] : [() => eks.tagPodIdentity(arn, setTags)]),
    ...(Object.keys(edit).length === 0
      ? []
      : [() => onceVisible(() => eks.updatePodIdentity(name, id, edit), terms)]),
    ...(unsetTags === undefined ? [] : [() => eks.untagPodIdentity(arn, unsetTags)]),
  ]);
}

function editOf({ set, unset = {} }: UpdatePodIdentity): PodIdentityEdit {
  const { role, targetRole, withoutSessionTags, sessionPolicy } = set;
  return {
    ...(role !== undefined && { roleArn: role }),
    ...(targetRole !== undefined && { targetRoleArn: targetRole }),
    ...(unset.targetRole && { targetRoleArn: null }),
    ...(withoutSessionTags !== undefined && { withoutSessionTags }),
    ...(sessionPolicy !== undefined && { policy: sessionPolicy }),
    ...(unset.sessionPolicy && { policy: null }),
  };
}

/** Re-reads the association, then deletes it; one that no longer exists counts as done. */
export async function deletePodIdentity(change: DeletePodIdentity, eks: EksPort): Promise<Receipt> {
  const found = await associationOf(change, eks);
  if (found === undefined) return {};
  expectUnchanged(change.observed, podIdentityDigest(found), whatOf(change));
  return orGone(eks.deletePodIdentity(clusterRef(change.cluster).name, change.id));
}

/** A change of the association of one ServiceAccount. */
interface OfServiceAccount {
  readonly cluster: ClusterArn;
  readonly serviceAccount: ServiceAccountRef;
}

async function associationOf(
  { cluster, serviceAccount }: OfServiceAccount,
  eks: EksPort,
): Promise<PodIdentityAssociation | undefined> {
  const [found] = await eks.describePodIdentities(clusterRef(cluster).name, serviceAccount);
  return found;
}

function whatOf({ serviceAccount }: OfServiceAccount): string {
  return `the Pod Identity association of ${serviceAccountPath(serviceAccount)}`;
}
