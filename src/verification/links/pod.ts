import { RACE_MS } from "../../model/annotation-age.ts";
import type { Pod, ServiceAccount } from "../../model/kubernetes-objects.ts";
import type { EnvKeys } from "../../workload/env-keys.ts";
import { expectedOf } from "../../workload/expected.ts";
import type { Expected, PodProblem } from "../../workload/pod-problem.ts";
import { runningProblems } from "../../workload/pod-problems.ts";
import { problemText } from "../../workload/problem-text.ts";
import { usesPodIdentity } from "../../workload/injection.ts";
import type { LinkFinding, LinkResult } from "../chain.ts";
import { serviceAccountOf } from "../facts.ts";
import type { Observed } from "../observed.ts";
import { podFinding } from "../pod-findings.ts";
import { podCount, podList, restartPods } from "../pod-restart.ts";
import { fault, judged, skipped, unseen } from "../result.ts";
import { valueOf } from "../../model/known.ts";

/** Running pods have the role and token that new pods would get. */
export function checkPod(observed: Observed): LinkResult {
  const { pods } = observed;
  const serviceAccount = serviceAccountOf(observed);
  const cluster = valueOf(observed.cluster);
  if (serviceAccount === undefined || cluster === undefined) return skipped("the ServiceAccount is unknown");
  const expected = expectedOf(serviceAccount, cluster);
  const running = (valueOf(pods) ?? []).filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed");
  const orphans = withoutAssociation(observed, running);
  if (expected === undefined)
    return orphans.length > 0 ? judged(orphans, "") : skipped("the ServiceAccount has no role annotation");
  if (pods.state === "unknown") return unseen(pods.failure);
  if (running.length === 0) return skipped("no pods are running");
  const findings = [
    ...orphans,
    ...byCode(running.flatMap((pod) => problemsOf(pod, expected, observed.envKeys))).map((group) =>
      finding(observed, serviceAccount, group),
    ),
  ];
  return judged(
    findings,
    running.length === 1 ? "1 running, injected" : `${running.length} running, injected`,
  );
}

/** Pods that ask the Pod Identity agent, which gets nothing from EKS for them: the association is gone. */
function withoutAssociation(observed: Observed, running: readonly Pod[]): LinkFinding[] {
  const { association } = observed;
  const pods = running.filter(({ spec }) => usesPodIdentity(spec));
  if (pods.length === 0 || association.state !== "known" || association.value !== undefined) return [];
  const message = `${podCount(pods)} with Pod Identity, but the ServiceAccount's association does not exist`;
  return [fault("pod-association-gone", message, { pods: podList(pods) }, restartPods(observed, pods))];
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
  const evidence = { pods: podList(pods) };
  if (problem.code === "not-injected") {
    const message = `${podCount(pods)} without the ServiceAccount's role`;
    const code = isRace(pod, serviceAccount) ? "pod-raced" : "pod-stale";
    return fault(code, message, { ...evidence, "created at": pod.createdAt }, restartPods(observed, pods));
  }
  if (problem.code === "other-role" || problem.code === "other-audience") {
    const message = `${podCount(pods)} with a previous state of the ServiceAccount: ${problemText(problem)}`;
    return fault("pod-stale", message, { ...evidence, found: problem.found }, restartPods(observed, pods));
  }
  const { evidence: own, ...rest } = podFinding(observed, problem);
  return { ...rest, evidence: { ...evidence, ...own } };
}

function isRace(pod: Pod, { createdAt }: ServiceAccount): boolean {
  return createdAt !== undefined && Math.abs(Date.parse(pod.createdAt) - Date.parse(createdAt)) <= RACE_MS;
}
