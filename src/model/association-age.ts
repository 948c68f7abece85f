import type { PodIdentityAssociation } from "./pod-identity.ts";

const MINUTE_MS = 60_000;

/** How long the agent keeps credentials. Source: EKS User Guide, "Access AWS Resources using EKS Pod Identity Target IAM Roles". */
const KEPT_MS = 6 * 60 * MINUTE_MS;
/** Of a target role, whose sessions can't be longer than an hour: a role was assumed to assume it. */
const KEPT_OF_TARGET_MS = 59 * MINUTE_MS;

/**
 * True for a pod that was created before its association was last written, so recently that the agent may still give it
 * credentials from before. What was written then can't be seen: it may have been the role, or a tag.
 */
export function mayBeCached(
  { createdAt }: { readonly createdAt?: string },
  { modifiedAt, targetRoleArn }: Pick<PodIdentityAssociation, "modifiedAt" | "targetRoleArn">,
  now: Date,
): boolean {
  if (createdAt === undefined || modifiedAt === undefined) return false;
  const kept = targetRoleArn === undefined ? KEPT_MS : KEPT_OF_TARGET_MS;
  return Date.parse(createdAt) < modifiedAt.getTime() && now.getTime() < modifiedAt.getTime() + kept;
}

/** How long the webhook may not know yet of an association. Source: EKS API Reference, CreatePodIdentityAssociation. */
const RACE_MS = MINUTE_MS;

/** True for a pod that was certainly created with the association there: that it lacks it has another cause. */
export function isMadeSinceAssociation(
  { createdAt }: { readonly createdAt?: string },
  { modifiedAt }: Pick<PodIdentityAssociation, "modifiedAt">,
): boolean {
  if (createdAt === undefined || modifiedAt === undefined) return false;
  return Date.parse(createdAt) > modifiedAt.getTime() + RACE_MS;
}
