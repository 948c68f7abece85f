import { RACE_MS } from "../../model/annotation-age.ts";
import type { Pod, ServiceAccount } from "../../model/kubernetes-objects.ts";
import type { EnvKeys } from "../../workload/env-keys.ts";
import { expectedOf } from "../../workload/expected.ts";
import type { Expected, PodProblem } from "../../workload/pod-problem.ts";
import { runningProblems } from "../../workload/pod-problems.ts";
import { problemText } from "../../workload/problem-text.ts";
import { restartOf } from "../../workload/stale-pods.ts";
import type { LinkFinding, LinkResult } from "../chain.ts";
import type { Remedy } from "../../model/remedy.ts";
import { serviceAccountOf } from "../facts.ts";
import { restartWords } from "../../model/rollout-words.ts";
import { command } from "../fixes.ts";
import type { Observed } from "../observed.ts";
import { podFinding } from "../pod-findings.ts";
import { advice, fault, judged, skipped, unseen } from "../result.ts";
import { valueOf } from "../../model/known.ts";

/** Running pods have the role and token that new pods would get. */
export function checkPod(observed: Observed): LinkResult {
  const { pods } = observed;
  const serviceAccount = serviceAccountOf(observed);
  const cluster = valueOf(observed.cluster);
  if (serviceAccount === undefined || cluster === undefined) return skipped("the ServiceAccount is unknown");
  const expected = expectedOf(serviceAccount, cluster);
  if (expected === undefined) return skipped("the ServiceAccount has no role annotation");
  if (pods.state === "unknown") return unseen(pods.failure);
  const running = (valueOf(pods) ?? []).filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed");
  if (running.length === 0) return skipped("no pods are running");
  const findings = byCode(running.flatMap((pod) => problemsOf(pod, expected, observed.envKeys))).map(
    (group) => finding(observed, serviceAccount, group),
  );
  return judged(
    findings,
    running.length === 1 ? "1 running, injected" : `${running.length} running, injected`,
  );
}

interface Case {
  readonly pod: Pod;
  readonly problem: PodProblem;
}

function problemsOf(pod: Pod, expected: Expected, keys: EnvKeys): Case[] {
  return runningProblems(pod, expected, keys).map((problem) => ({ pod, problem }));
}

function byCode(cases: readonly Case[]): Case[][] {
  const groups = new Map<string, Case[]>();
  for (const one of cases) groups.set(one.problem.code, [...(groups.get(one.problem.code) ?? []), one]);
  return [...groups.values()];
}

function finding(observed: Observed, serviceAccount: ServiceAccount, cases: readonly Case[]): LinkFinding {
  const [first] = cases;
  if (first === undefined) throw new TypeError("a group holds one case at least");
  const { pod, problem } = first;
  const pods = [...new Set(cases.map((one) => one.pod))];
  const evidence = { pods: shortList(pods.map(({ name }) => name)) };
  if (problem.code === "not-injected") {
    const message = `${countOf(pods)} without the ServiceAccount's role`;
    const code = isRace(pod, serviceAccount) ? "pod-raced" : "pod-stale";
    return fault(code, message, { ...evidence, "made at": pod.createdAt }, restart(observed, pods));
  }
  if (problem.code === "other-role" || problem.code === "other-audience") {
    const message = `${countOf(pods)} with a previous state of the ServiceAccount: ${problemText(problem)}`;
    return fault("pod-stale", message, { ...evidence, found: problem.found }, restart(observed, pods));
  }
  const { evidence: own, ...rest } = podFinding(observed, problem);
  return { ...rest, evidence: { ...evidence, ...own } };
}

function countOf(pods: readonly Pod[]): string {
  return pods.length === 1 ? `pod ${pods[0]?.name ?? ""} runs` : `${pods.length} pods run`;
}

function shortList(names: readonly string[]): string {
  const most = 5;
  const more = names.length > most ? `, … (${names.length})` : "";
  return `${names.slice(0, most).join(", ")}${more}`;
}

function isRace(pod: Pod, { createdAt }: ServiceAccount): boolean {
  return createdAt !== undefined && Math.abs(Date.parse(pod.createdAt) - Date.parse(createdAt)) <= RACE_MS;
}

/** One workload is restarted with kubectl, several with `irsa stale-pods`; bare pods by whoever created them. */
function restart(observed: Observed, pods: readonly Pod[]): Remedy {
  const workloads = [...new Set(pods.map((pod) => restartOf(pod)))];
  const [only] = workloads;
  if (workloads.includes(undefined) || only === undefined)
    return advice("Restart the workloads; delete and recreate pods that belong to a Job or to no controller");
  const { namespace } = pods[0] ?? { namespace: "" };
  const single = restartWords(only, namespace, observed.clusterFlags);
  if (workloads.length === 1 && single !== undefined) return command(single);
  return command(["irsa", "stale-pods", ...observed.clusterFlags, "-n", namespace, "--restart", "--approve"]);
}
