import { line } from "../../../output/line.ts";
import type { KubernetesPort } from "../../../kubernetes/port.ts";
import { Failure, isFailure } from "../../../model/failure.ts";
import type { Pod, PodSpec, WorkloadRef } from "../../../model/kubernetes-objects.ts";
import type { ServiceAccountRef } from "../../../model/service-account-ref.ts";
import { kindRow } from "../../../model/workload-kinds.ts";
import { workloadText } from "../../../model/workload-name.ts";
import { progressOn } from "../../../output/progress.ts";
import { isCaution, type Expected } from "../../../workload/pod-problem.ts";
import { runningProblems } from "../../../workload/pod-problems.ts";
import { problemText } from "../../../workload/problem-text.ts";
import type { WatchTerms } from "./watch-rollouts.ts";

/** What a pod of a workload showed. */
export interface PodProof {
  readonly ref: WorkloadRef;
  /** `undefined`: no pod runs, and a dry-run pod was checked instead. */
  readonly pod: string | undefined;
  readonly state: "injected" | "not-permitted";
}

/**
 * Looks at the newest pod of each workload: it must have been given what its ServiceAccount's pods are to have.
 * @throws Failure `not-injected` with what is in the way
 */
export async function provePods(
  kubernetes: KubernetesPort,
  serviceAccount: ServiceAccountRef,
  refs: readonly WorkloadRef[],
  expected: Expected,
  terms: WatchTerms,
): Promise<PodProof[]> {
  const proofs: PodProof[] = [];
  for (const ref of refs) proofs.push(await prove(kubernetes, serviceAccount, ref, expected, terms));
  return proofs;
}

async function prove(
  kubernetes: KubernetesPort,
  serviceAccount: ServiceAccountRef,
  ref: WorkloadRef,
  expected: Expected,
  terms: WatchTerms,
): Promise<PodProof> {
  const progress = progressOn(terms.terminal);
  progress.begin(`checking a pod of ${workloadText(ref)}`);
  try {
    const { pod, spec } = await podOf(kubernetes, serviceAccount, ref);
    const problems = runningProblems({ spec }, expected)
      .filter((one) => !isCaution(one))
      .map(problemText);
    if (problems.length > 0) throw notInjected(ref, pod, problems, terms.clusterFlags);
    progress.succeed(
      pod === undefined
        ? `A pod of ${workloadText(ref)} would be injected (dry run)`
        : `Pod ${pod} is injected`,
    );
    return { ref, pod, state: "injected" };
  } catch (error) {
    if (!isFailure(error, "forbidden")) throw error;
    progress.stop();
    const { err, say } = terms.terminal;
    say(line`  ${err.yellow("unproven")}  no pod of ${workloadText(ref)} was checked: ${error.message}`);
    return { ref, pod: undefined, state: "not-permitted" };
  } finally {
    progress.stop();
  }
}

async function podOf(
  kubernetes: KubernetesPort,
  serviceAccount: ServiceAccountRef,
  ref: WorkloadRef,
): Promise<{ pod: string | undefined; spec: PodSpec }> {
  const pods = kindRow(ref.kind).restart === undefined ? [] : await kubernetes.listPods(serviceAccount);
  const newest = pods
    .filter((pod) => isOf(pod, ref))
    .toSorted(byAge)
    .at(-1);
  if (newest !== undefined) return { pod: newest.name, spec: newest.spec };
  return { pod: undefined, spec: await kubernetes.tryPod(serviceAccount) };
}

function isOf({ workload, phase }: Pod, ref: WorkloadRef): boolean {
  return workload === workloadText(ref) && phase !== "Succeeded" && phase !== "Failed";
}

function byAge(left: Pod, right: Pod): number {
  return left.createdAt < right.createdAt ? -1 : left.createdAt > right.createdAt ? 1 : 0;
}

function notInjected(
  ref: WorkloadRef,
  pod: string | undefined,
  problems: readonly string[],
  clusterFlags: readonly string[],
): Failure {
  const who = pod === undefined ? `a pod of ${workloadText(ref)} would run` : `pod ${pod} runs`;
  return new Failure("failed", "not-injected", `${who} without its role`, {
    facts: problems.map((problem) => ["because", problem] as const),
    advice: "To find the broken link:",
    command: ["irsa", "verify", ...clusterFlags, `${ref.kind}/${ref.namespace}/${ref.name}`],
  });
}
