import type { PodSummary } from "../model/kubernetes-objects.ts";

/** True for a pod without the role that its ServiceAccount is annotated with; what comes from elsewhere is not judged. */
export function lacksRole({ roleArn }: PodSummary, annotated: string): boolean {
  return roleArn !== annotated && roleArn !== "";
}

/** True for a pod that the webhook gave a role, of a ServiceAccount that names none now; one that was set by hand is meant. */
export function hasFormerRole({ roleArn = "", injected }: PodSummary): boolean {
  return injected && roleArn !== "";
}
