import { isRestartable } from "../model/workload-kinds.ts";
import type { RoleArn } from "../model/arn.ts";
import type { Pod } from "../model/kubernetes-objects.ts";
import { variableOf } from "./injection.ts";
import { ROLE_VARIABLE } from "../model/pod-credentials.ts";

/** Pods of one workload. */
export interface PodGroup {
  /** As kubectl names it, `daemonset/name`; `undefined` for pods that nothing restarts. */
  readonly workload: string | undefined;
  readonly pods: readonly string[];
}

/** The pods that were started before the ServiceAccount was annotated with this role, by workload. */
export function stalePods(pods: readonly Pod[], role: RoleArn): PodGroup[] {
  return byWorkload(pods.filter(({ spec }) => variableOf(spec, ROLE_VARIABLE) !== role));
}

/** The pods that were started with this role, by workload. */
export function podsWithRole(pods: readonly Pod[], role: RoleArn): PodGroup[] {
  return byWorkload(pods.filter(({ spec }) => variableOf(spec, ROLE_VARIABLE) === role));
}

/** Pods by workload, less those that have ended. */
export function byWorkload(pods: readonly Pod[]): PodGroup[] {
  const groups = new Map<string | undefined, string[]>();
  for (const { workload, name, phase } of pods) {
    if (phase === "Succeeded" || phase === "Failed") continue;
    groups.set(workload, [...(groups.get(workload) ?? []), name]);
  }
  return [...groups].map(([workload, names]) => ({ workload, pods: names.toSorted() }));
}

/** What a rollout restart of the pod's workload names; `undefined` for a Job's pods and bare ones. */
export function restartOf({ workload }: Pick<Pod, "workload">): string | undefined {
  return workload !== undefined && isRestartable(workload) ? workload : undefined;
}
