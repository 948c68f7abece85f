import type { Pod } from "../model/kubernetes-objects.ts";
import type { Remedy } from "../model/remedy.ts";
import { restartWords } from "../model/rollout-words.ts";
import { restartOf } from "../workload/stale-pods.ts";
import { command } from "./fixes.ts";
import type { Observed } from "./observed.ts";
import { advice } from "./result.ts";

/** One workload is restarted with kubectl, several with `irsa stale-pods`; bare pods by whoever created them. */
export function restartPods(observed: Observed, pods: readonly Pod[]): Remedy {
  const workloads = [...new Set(pods.map((pod) => restartOf(pod)))];
  const [only] = workloads;
  if (workloads.includes(undefined) || only === undefined)
    return advice("Restart the workloads; delete and recreate pods that belong to a Job or to no controller");
  const { namespace } = pods[0] ?? { namespace: "" };
  const single = restartWords(only, namespace, observed.clusterFlags);
  if (workloads.length === 1 && single !== undefined) return command(single);
  return command(["irsa", "stale-pods", ...observed.clusterFlags, "-n", namespace, "--restart", "--approve"]);
}

/** The subject of a sentence about pods, as `pod cart-1 runs` or `3 pods run`. */
export function podCount(pods: readonly Pod[]): string {
  return pods.length === 1 ? `pod ${pods[0]?.name ?? ""} runs` : `${pods.length} pods run`;
}

/** The names of pods; of many, the first ones. */
export function podList(pods: readonly Pod[], most = 5): string {
  const names = pods.map(({ name }) => name);
  const more = names.length > most ? `, … (${names.length})` : "";
  return `${names.slice(0, most).join(", ")}${more}`;
}
