import { isMadeSince } from "../model/annotation-age.ts";
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

/** True for a pod with an injected role whose ServiceAccount has none now; a role set in the manifest is intended. */
export function hasFormerRole({ roleArn = "", injected }: PodSummary): boolean {
  return injected && roleArn !== "";
}
