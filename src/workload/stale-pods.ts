import type { RoleArn } from "../model/arn.ts";
import type { Pod } from "../model/kubernetes-objects.ts";
import { ROLE_VARIABLE, variableOf } from "./injection.ts";

/** Pods of one workload that run without the role that their account now has. */
export interface StaleWorkload {
  /** As kubectl names it, `daemonset/name`; `undefined` for pods that nothing restarts. */
  readonly workload: string | undefined;
  readonly pods: readonly string[];
}

/** The pods that were started before the account was annotated with this role, by workload. */
export function stalePods(pods: readonly Pod[], role: RoleArn): StaleWorkload[] {
  const byWorkload = new Map<string | undefined, string[]>();
  for (const { workload, name, spec, phase } of pods) {
    if (variableOf(spec, ROLE_VARIABLE) === role || phase === "Succeeded" || phase === "Failed") continue;
    byWorkload.set(workload, [...(byWorkload.get(workload) ?? []), name]);
  }
  return [...byWorkload].map(([workload, names]) => ({ workload, pods: names.toSorted() }));
}

/** What a rollout restart of the pod's workload names; `undefined` for a Job's pods and bare ones. */
export function restartOf({ workload }: Pick<Pod, "workload">): string | undefined {
  return /^(deployment|daemonset|statefulset)\//.test(workload ?? "") ? workload : undefined;
}
