import { isMadeSince } from "../model/annotation-age.ts";
import { isMadeSinceAssociation, mayBeCached } from "../model/association-age.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { ROLE_ANNOTATION, type PodSummary, type ServiceAccount } from "../model/kubernetes-objects.ts";

/** True for a pod without the role that its ServiceAccount is annotated with; a value from `valueFrom` is not judged. */
export function lacksRole({ roleArn }: PodSummary, annotated: string): boolean {
  return roleArn !== annotated && roleArn !== "";
}

/** True for a pod whose own manifest gives it another role: it was created since the annotation was written. */
export function presetsRole(pod: PodSummary, annotated: string, serviceAccount: ServiceAccount): boolean {
  return (
    lacksRole(pod, annotated) &&
    pod.roleArn !== undefined &&
    isMadeSince(pod, serviceAccount, ROLE_ANNOTATION)
  );
}

/** What a pod lacks of what its ServiceAccount's association gives to new ones. */
export type IdentityLack = "not-injected" | "other-way" | "credentials-cached" | "not-of-the-past";

/** A pod gets what an association gives when it is created; the agent keeps credentials for some hours. */
export function lacksIdentity(
  pod: PodSummary,
  association: PodIdentityAssociation,
  now: Date,
): IdentityLack | undefined {
  if (pod.podIdentity) return mayBeCached(pod, association, now) ? "credentials-cached" : undefined;
  if (isMadeSinceAssociation(pod, association)) return "not-of-the-past";
  return pod.injected ? "other-way" : "not-injected";
}

/** True for a pod with an injected role whose ServiceAccount has none now; a role set in the manifest is intended. */
export function hasFormerRole({ roleArn = "", injected }: PodSummary): boolean {
  return injected && roleArn !== "";
}
