import type { CommandWords } from "./command-words.ts";
import { kubectlFlags } from "./cluster-flags.ts";
import { isRestartable, rowOfWorkload } from "./workload-kinds.ts";

/** The words of the command that restarts a workload, given as `kind/name`; `undefined` if nothing restarts it. */
export function restartWords(
  workload: string,
  namespace: string,
  clusterFlags: readonly string[],
): CommandWords | undefined {
  return isRestartable(workload) ? rolloutWords("restart", workload, namespace, clusterFlags) : undefined;
}

/** The words of the command that says how far a workload's rollout is. */
export function rolloutStatusWords(
  workload: string,
  namespace: string,
  clusterFlags: readonly string[],
): CommandWords {
  return rolloutWords("status", workload, namespace, clusterFlags);
}

/** kubectl rolls out its own kinds; for an Argo Rollout there is a plugin, before whose name kubectl takes no flags. */
function rolloutWords(
  verb: "restart" | "status",
  workload: string,
  namespace: string,
  clusterFlags: readonly string[],
): CommandWords {
  const flags = [...kubectlFlags(clusterFlags), "-n", namespace];
  if (!byPlugin(workload)) return ["kubectl", ...flags, "rollout", verb, workload];
  return ["kubectl", "argo", "rollouts", verb, workload.slice(workload.indexOf("/") + 1), ...flags];
}

/** True for a workload that `kubectl rollout` does not take. */
export function byPlugin(workload: string): boolean {
  return rowOfWorkload(workload)?.custom === true;
}
