import { valueOf } from "../../../model/known.ts";
import { grouped } from "../../../model/grouped.ts";
import type { Pod } from "../../../model/kubernetes-objects.ts";
import { keptMs } from "../../../model/association-age.ts";
import { isSkipped, usesPodIdentity, variableOf } from "../../../workload/injection.ts";
import { ROLE_VARIABLE } from "../../../model/pod-credentials.ts";
import { runningIdentityProblems } from "../../../workload/pod-identity-problems.ts";
import type { LinkFinding, LinkResult } from "../../chain.ts";
import { associationOf } from "../../facts.ts";
import type { Observed } from "../../observed.ts";
import { podFinding } from "../../pod-findings.ts";
import { podCount, podList, restartPods } from "../../pod-restart.ts";
import { caution, fault, judged, skipped, unseen } from "../../result.ts";
import { agentUri } from "./agent-uri.ts";

/** Running pods take their credentials by Pod Identity, as new pods would. */
export function checkPods(observed: Observed): LinkResult {
  const { pods } = observed;
  if (pods.state === "unknown") return unseen(pods.failure);
  const running = (valueOf(pods) ?? []).filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed");
  if (running.length === 0) return skipped("no pods are running");
  const count = running.length === 1 ? "1 running, injected" : `${running.length} running, injected`;
  const [users, others] = [running.filter(isUser), running.filter((pod) => !isUser(pod))];
  return judged(
    [...older(observed, others), ...problemsOf(observed, users), ...cached(observed, users)],
    count,
  );
}

function isUser({ spec }: Pod): boolean {
  return usesPodIdentity(spec);
}

/** Pods from before the association have what they were given then: the annotated role by IRSA, or nothing. */
function older(observed: Observed, pods: readonly Pod[]): LinkFinding[] {
  const role = associationOf(observed)?.roleArn;
  const skipping = pods.filter(({ spec }) => isSkipped(spec));
  const rest = pods.filter(({ spec }) => !isSkipped(spec));
  const byIrsa = rest.filter(({ spec }) => variableOf(spec, ROLE_VARIABLE) !== undefined);
  const bare = rest.filter(({ spec }) => variableOf(spec, ROLE_VARIABLE) === undefined);
  const other = byIrsa.filter(({ spec }) => variableOf(spec, ROLE_VARIABLE) !== role);
  const same = byIrsa.filter(({ spec }) => variableOf(spec, ROLE_VARIABLE) === role);
  const finding = (group: readonly Pod[], how: string, level: typeof fault): LinkFinding[] => {
    if (group.length === 0) return [];
    const evidence = {
      pods: podList(group),
      "created at": group[0]?.createdAt ?? "",
      needs: role ?? "unknown",
    };
    const message = `${podCount(group)} ${how}: created before the association`;
    return [level("pod-before-association", message, evidence, restartPods(observed, group))];
  };
  return [
    ...finding(bare, "without the association's role", fault),
    ...finding(other, "with another role, by IRSA", fault),
    ...finding(same, "with the same role, by IRSA", caution),
    ...skipping.slice(0, 1).map((pod) => podFinding(observed, skipLabelOf(pod))),
  ];
}

function skipLabelOf({ name }: Pod) {
  return { code: "skip-label", found: `of pod ${name}` } as const;
}

function problemsOf(observed: Observed, pods: readonly Pod[]): LinkFinding[] {
  const uri = agentUri(observed);
  const found = pods.flatMap((pod) =>
    runningIdentityProblems(pod.spec, { keys: observed.envKeys, uri }).map((problem) => ({ pod, problem })),
  );
  const groups = grouped(found, ({ problem }) => JSON.stringify(problem));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { evidence, ...rest } = podFinding(observed, first.problem);
    return [{ ...rest, evidence: { pods: podList(group.map(({ pod }) => pod)), ...evidence } }];
  });
}

/** Pods from before the association's last change may still get credentials of before: nothing is broken by that. */
function cached(observed: Observed, pods: readonly Pod[]): LinkFinding[] {
  const association = associationOf(observed);
  const modifiedAt = association?.modifiedAt?.getTime();
  if (association === undefined || modifiedAt === undefined) return [];
  const until = modifiedAt + keptMs(association);
  // A pod's time has whole seconds: one of the same second has not asked for credentials before.
  const second = Math.floor(modifiedAt / 1000) * 1000;
  const affected = pods.filter(({ createdAt }) => Date.parse(createdAt) < second);
  if (affected.length === 0 || observed.at >= until) return [];
  const message = `${podCount(affected)} with credentials that the agent may keep from before the association was changed`;
  const evidence = {
    pods: podList(affected),
    changed: new Date(modifiedAt).toISOString(),
    "kept until": new Date(until).toISOString(),
  };
  return [caution("credentials-cached", message, evidence, restartPods(observed, affected))];
}
