import type { KubernetesPort } from "../../kubernetes/port.ts";
import { isFailure } from "../../model/failure.ts";
import type { Pod } from "../../model/kubernetes-objects.ts";
import type { Note } from "../../model/plan.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { Loss, RemovalPlan } from "../../service-account/delete/plan.ts";
import { byWorkload, podsWithRole, type PodGroup } from "../../workload/stale-pods.ts";

/** The pods that run with a ServiceAccount; `unknown` where they may not be listed. */
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
  "at-once": "lose their credentials at once",
  "at-renewal": "lose their credentials at the next renewal, within the hour as a rule",
  "at-token-end": "lose their credentials when their token ends, within a day",
  restart: "lose their credentials when they are started again",
};

/** Which running pods a removal hits, and when. */
export function losingPods(
  pods: readonly Pod[] | "unknown",
  { role, loss, serviceAccountFate }: RemovalPlan,
): Note[] {
  if (loss === "never") return [];
  if (pods === "unknown")
    return [
      warning("pods-unknown", `pods may not be listed: those that run with the ServiceAccount ${WHEN[loss]}`),
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
