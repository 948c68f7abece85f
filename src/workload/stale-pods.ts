import type { RoleArn } from "../model/arn.ts";
import type { Pod, PodSpec } from "../model/kubernetes-objects.ts";

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
    if (injectedRole(spec) === role || phase === "Succeeded" || phase === "Failed") continue;
    byWorkload.set(workload, [...(byWorkload.get(workload) ?? []), name]);
  }
  return [...byWorkload].map(([workload, names]) => ({ workload, pods: names.toSorted() }));
}

/** `AWS_ROLE_ARN` of the first container that has it. */
function injectedRole({ containers }: PodSpec): string | undefined {
  return containers.map(({ env }) => env["AWS_ROLE_ARN"]).find((value) => value !== undefined);
}
