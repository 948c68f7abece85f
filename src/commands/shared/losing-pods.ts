import type { KubernetesPort } from "../../kubernetes/port.ts";
import { isFailure } from "../../model/failure.ts";
import type { Pod } from "../../model/kubernetes-objects.ts";
import type { Note } from "../../model/plan.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { Loss, RemovalPlan } from "../../service-account/delete/plan.ts";
import { byWorkload, podsWithRole, type PodGroup } from "../../workload/stale-pods.ts";

/** The pods that run with a ServiceAccount; `unknown` where they can't be listed. */
export async function podsOf(
  kubernetes: KubernetesPort,
  serviceAccount: ServiceAccountRef,
): Promise<readonly Pod[] | "unknown"> {
  try {
    return await kubernetes.listPods(serviceAccount);
  } catch (error) {
    if (isFailure(error, "forbidden")) return "unknown";
    throw error;
  }
}

const WHEN: Readonly<Record<Exclude<Loss, "never">, string>> = {
  "at-once": "lose access to AWS immediately",
  "at-renewal": "lose access to AWS when their credentials expire, usually within an hour",
  "at-token-end": "lose access to AWS when their token expires, within a day",
  restart: "lose access to AWS when they restart",
};

/** Which running pods a removal affects, and when. */
export function losingPods(
  pods: readonly Pod[] | "unknown",
  { role, loss, serviceAccountFate }: RemovalPlan,
): Note[] {
  if (loss === "never") return [];
  if (pods === "unknown")
    return [
      warning("pods-unknown", `pods can't be listed: those that run with the ServiceAccount ${WHEN[loss]}`),
    ];
  const losing = role.arn === undefined ? [] : podsWithRole(pods, role.arn);
  const stranded =
    serviceAccountFate === "deleted" ? byWorkload(pods).filter(({ workload }) => workload !== undefined) : [];
  return [
    ...(losing.length === 0
      ? []
      : [warning("pods-lose-role", `running pods ${WHEN[loss]}: ${listed(losing)}`)]),
    ...(stranded.length === 0
      ? []
      : [
          warning(
            "pods-need-account",
            `no new pod of ${workloads(stranded)} can start without the ServiceAccount`,
          ),
        ]),
  ];
}

function warning(code: string, message: string): Note {
  return { level: "warning", code, message };
}

/** As `daemonset/agent (3), pod shell`. */
function listed(groups: readonly PodGroup[]): string {
  return groups
    .flatMap(({ workload, pods }) =>
      workload === undefined ? pods.map((pod) => `pod ${pod}`) : [`${workload} (${pods.length})`],
    )
    .join(", ");
}

function workloads(groups: readonly PodGroup[]): string {
  return groups.map(({ workload }) => workload).join(", ");
}
