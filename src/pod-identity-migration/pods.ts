import type { Pod, WorkloadRef } from "../model/kubernetes-objects.ts";
import { formerWay, podWay, wayLabel, type WayName } from "../model/way.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import type { RestartWorkload } from "../model/workload-change.ts";
import { WORKLOAD_KINDS } from "../model/workload-kinds.ts";
import { isObjectName } from "../model/workload-name.ts";
import { isSkipped, usesPodIdentity } from "../workload/injection.ts";
import { byWorkload, restartOf } from "../workload/stale-pods.ts";

/** The pods that still run the former way: the restarts that change that, and the pods that none changes. */
export interface FormerPods {
  readonly restarts: readonly RestartWorkload[];
  /** `namespace/name` of pods without a workload that can be restarted. */
  readonly bare: readonly string[];
  /** `namespace/name` of pods whose own manifest chooses the former way. */
  readonly own: readonly string[];
}

/** How many of the pods run each way. */
export function countWays(pods: readonly Pod[]): Readonly<Record<WayName, number>> {
  const ways = pods.map(({ spec }) => podWay(spec));
  const count = (way: WayName): number => ways.filter((one) => one === way).length;
  return { "pod-identity": count("pod-identity"), irsa: count("irsa") };
}

/** Those that run the former way. */
export function formerPods(pods: readonly Pod[], ref: ServiceAccountRef, goal: WayName): FormerPods {
  const former = pods.filter(({ spec }) => podWay(spec) === formerWay(goal));
  const own = former.filter(choosesItself);
  const others = former.filter((pod) => !choosesItself(pod));
  const restartable = others.filter((pod) => workloadOf(pod, ref) !== undefined);
  const bare = others.filter((pod) => workloadOf(pod, ref) === undefined);
  const restarts = byWorkload(restartable).flatMap(({ workload, pods: names }) => {
    const found = restartable.find((pod) => pod.workload === workload);
    const target = found && workloadOf(found, ref);
    return target === undefined ? [] : [restart(target, ref, goal, names.length)];
  });
  return { restarts, bare: bare.map(pathOf), own: own.map(pathOf) };
}

/** Without the webhook, or beside what it injects. */
function choosesItself({ spec }: Pod): boolean {
  return isSkipped(spec) || (usesPodIdentity(spec) && podWay(spec) === "irsa");
}

function workloadOf(pod: Pod, { namespace }: ServiceAccountRef): WorkloadRef | undefined {
  const [kindText, name] = restartOf(pod)?.split("/") ?? [];
  const kind = WORKLOAD_KINDS.find((one) => one === kindText);
  // Nothing checks the name in an owner reference.
  return kind === undefined || name === undefined || !isObjectName(name)
    ? undefined
    : { kind, namespace, name };
}

function restart(
  workload: WorkloadRef,
  serviceAccount: ServiceAccountRef,
  goal: WayName,
  count: number,
): RestartWorkload {
  const because = `${count} ${count === 1 ? "pod runs" : "pods run"} with ${wayLabel(formerWay(goal))}`;
  return { kind: "restart-workload", workload, serviceAccount, because, way: goal };
}

function pathOf({ namespace, name }: Pod): string {
  return `${namespace}/${name}`;
}
