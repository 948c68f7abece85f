import type { Pod, PodSpec } from "../model/kubernetes-objects.ts";
import { AGENT_TOKEN_VOLUME, ROLE_VARIABLE, TOKEN_VOLUME } from "../model/pod-credentials.ts";
import { isMadeSinceAssociation, mayBeCached } from "../model/association-age.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { isSkipped, skipLabel, usesPodIdentity, variableOf } from "./injection.ts";
import type { StaleProblem } from "./pod-problem.ts";

/**
 * What a pod lacks of what its ServiceAccount's association gives to a new one. Source: EKS User Guide, "Learn how EKS Pod
 * Identity grants pods access to AWS services": pods get it when they are created, and it goes before an annotation.
 */
export function associationProblems(
  pod: Pod,
  association: PodIdentityAssociation,
  now: Date,
): readonly StaleProblem[] {
  const { spec } = pod;
  if (usesPodIdentity(spec)) {
    return mayBeCached(pod, association, now)
      ? [{ code: "credentials-cached", found: association.targetRoleArn ?? association.roleArn }]
      : [];
  }
  if (isSkipped(spec)) return [{ code: "skip-label", found: skipLabel(spec) }];
  if (isMadeSinceAssociation(pod, association)) return [{ code: "not-prepared", found: association.id }];
  const role = injectedRole(spec);
  return role === undefined
    ? [{ code: "not-injected", found: "no Pod Identity" }]
    : [{ code: "other-way", found: role }];
}

/** A pod that the webhook has prepared for an association, which its ServiceAccount does not have any more. */
export function withoutAssociation({ spec }: Pod): readonly StaleProblem[] {
  const isInjected = spec.volumes.some(({ name }) => name === AGENT_TOKEN_VOLUME);
  return isInjected && usesPodIdentity(spec) ? [{ code: "association-gone", found: AGENT_TOKEN_VOLUME }] : [];
}

/** The role that the webhook has given the pod by IRSA. */
export function injectedRole(spec: PodSpec): string | undefined {
  const injected = spec.volumes.some(({ name }) => name === TOKEN_VOLUME);
  return injected ? variableOf(spec, ROLE_VARIABLE) : undefined;
}
