import type { PodSummary } from "../model/kubernetes-objects.ts";

/** True for a pod without the role that its ServiceAccount is annotated with; a value from `valueFrom` is not judged. */
export function lacksRole({ roleArn }: PodSummary, annotated: string): boolean {
  return roleArn !== annotated && roleArn !== "";
}

/** True for a pod with an injected role whose ServiceAccount has none now; a role set in the manifest is intended. */
export function hasFormerRole({ roleArn = "", injected }: PodSummary): boolean {
  return injected && roleArn !== "";
}
