import type { PodIdentityAssociation } from "./pod-identity.ts";

const MINUTE_MS = 60_000;

/**
 * How long the agent keeps credentials. Those of a target role can't be valid for longer than an hour: a role was assumed to
 * assume it. Source: EKS User Guide, "Access AWS Resources using EKS Pod Identity Target IAM Roles".
 */
const KEPT = {
  ofRole: { text: "6 hours", ms: 6 * 60 * MINUTE_MS },
  ofTarget: { text: "59 minutes", ms: 59 * MINUTE_MS },
} as const;

type Target = Pick<PodIdentityAssociation, "targetRoleArn">;

function kept({ targetRoleArn }: Target) {
  return targetRoleArn === undefined ? KEPT.ofRole : KEPT.ofTarget;
}

/** How long the agent keeps an association's credentials, in milliseconds. */
export function keptMs(association: Target): number {
  return kept(association).ms;
}

/** The same in words. */
export function keptFor(association: Target): string {
  return kept(association).text;
}

/**
 * True for a pod that was created before its association was last written, so recently that the agent may still give it
 * credentials from before. What was written then can't be seen: it may have been the role, or a tag.
 */
export function mayBeCached(
  { createdAt }: { readonly createdAt?: string },
  { modifiedAt, ...association }: Pick<PodIdentityAssociation, "modifiedAt" | "targetRoleArn">,
  now: Date,
): boolean {
  if (createdAt === undefined || modifiedAt === undefined) return false;
  const until = modifiedAt.getTime() + keptMs(association);
  return Date.parse(createdAt) < modifiedAt.getTime() && now.getTime() < until;
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
