import { line } from "../../../output/line.ts";
import type { KubernetesPort } from "../../../kubernetes/port.ts";
import { Failure } from "../../../model/failure.ts";
import type { WorkloadRef } from "../../../model/kubernetes-objects.ts";
import { rolloutStatusWords } from "../../../model/rollout-words.ts";
import { kindRow } from "../../../model/workload-kinds.ts";
import { workloadText } from "../../../model/workload-name.ts";
import { progressOn } from "../../../output/progress.ts";
import type { Terminal } from "../../../output/terminal.ts";
import { awaitRollout, type RolloutEnd } from "../../../workload/await-rollout.ts";

/** How long to wait, and where progress is shown. */
export interface WatchTerms {
  readonly patienceMs: number;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** The flags that select the cluster, for commands that are printed. */
  readonly clusterFlags: readonly string[];
  /** What the progress calls a workload whose KIND/NAME is too long for its column. */
  readonly title?: string;
}

/** A workload's rollout, as it ended. */
export interface WatchedRollout extends RolloutEnd {
  readonly ref: WorkloadRef;
}

/**
 * Waits for the rollouts, one after the other within one patience, and says how they go.
 * @throws Failure `rollout-incomplete` (or `interrupted`) at the first that does not end well
 */
export async function watchRollouts(
  kubernetes: KubernetesPort,
  refs: readonly WorkloadRef[],
  terms: WatchTerms,
): Promise<WatchedRollout[]> {
  const watched: WatchedRollout[] = [];
  const begun = performance.now();
  for (const ref of refs.filter(({ kind }) => kindRow(kind).restart !== undefined)) {
    const patienceMs = terms.patienceMs - (performance.now() - begun);
    watched.push({ ref, ...(await watch(kubernetes, ref, { ...terms, patienceMs })) });
  }
  return watched;
}

async function watch(kubernetes: KubernetesPort, ref: WorkloadRef, terms: WatchTerms): Promise<RolloutEnd> {
  const { terminal, patienceMs, signal, title: name = workloadText(ref) } = terms;
  const progress = progressOn(terminal);
  progress.begin(`rolling out ${name}`);
  try {
    const onProgress = ({ text }: { text: string }): void => progress.update(`rolling out ${name}: ${text}`);
    const end = await awaitRollout(kubernetes, ref, { patienceMs, signal, onProgress });
    if (end.state === "running" || end.state === "stuck") throw incomplete(ref, end, terms);
    if (end.state === "done") progress.succeed(`${name} rolled out`, end.milliseconds, end.text);
    else {
      progress.stop();
      terminal.say(line`  ${terminal.err.yellow("waiting")}  ${name} still runs its old pods: ${end.text}`);
    }
    return end;
  } finally {
    progress.stop();
  }
}

function incomplete(ref: WorkloadRef, end: RolloutEnd, { signal, clusterFlags }: WatchTerms): Failure {
  const seconds = (end.milliseconds / 1000).toFixed(0);
  return new Failure(
    signal.aborted ? "interrupted" : "failed",
    "rollout-incomplete",
    `${workloadText(ref)} has not rolled out in ${seconds} s: ${end.text}`,
    {
      advice:
        "The rollout continues unless its pods can't start. Wait longer with --wait-timeout 15m, or check its status:",
      command: rolloutStatusWords(workloadText(ref), ref.namespace, clusterFlags),
    },
  );
}
