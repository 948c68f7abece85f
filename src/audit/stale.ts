import type { PodGlance } from "../model/kubernetes-objects.ts";

/** True for a pod without the role that its account is annotated with; what comes from elsewhere is not judged. */
export function lacksRole({ roleArn }: PodGlance, annotated: string): boolean {
  return roleArn !== annotated && roleArn !== "";
}

/** True for a pod that the webhook gave a role, of an account that names none now; one that was set by hand is meant. */
export function hasFormerRole({ roleArn = "", injected }: PodGlance): boolean {
  return injected && roleArn !== "";
}
