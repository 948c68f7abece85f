import type { PodGlance } from "../model/kubernetes-objects.ts";

/** True for a pod without the role that its account is annotated with; what comes from elsewhere is not judged. */
export function lacksRole({ roleArn }: PodGlance, annotated: string): boolean {
  return roleArn !== annotated && roleArn !== "";
}
