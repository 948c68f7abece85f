import type { KubernetesPort } from "../../kubernetes/port.ts";
import { look, type Known } from "../../model/known.ts";
import type { Pod } from "../../model/kubernetes-objects.ts";
import type { Note } from "../../model/plan.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { Loss } from "../../service-account/delete/desired.ts";
import type { RemovalPlan } from "../../service-account/delete/plan.ts";
import { byWorkload, podsWithRole, type PodGroup } from "../../workload/stale-pods.ts";

/** The pods that run with a ServiceAccount; unknown if listing them is not permitted. */
export function podsOf(
  kubernetes: KubernetesPort,
  serviceAccount: ServiceAccountRef,
): Promise<Known<readonly Pod[]>> {
  return look(
    () => kubernetes.listPods(serviceAccount),
    ({ code }) => code === "forbidden",
  );
}

const WHEN: Readonly<Record<Exclude<Loss, "never">, string>> = {
  "at-once": "lose access to AWS immediately",
  "at-renewal": "lose access to AWS when their credentials expire, usually within an hour",
  "at-token-end": "lose access to AWS when their token expires, within a day",
  restart: "lose access to AWS when they restart",
};

/** Which running pods a removal affects, and when. */
export function losingPods(
  pods: Known<readonly Pod[]>,
  { role, loss, serviceAccountFate }: RemovalPlan,
): Note[] {
  if (loss === "never") return [];
  if (pods.state === "unknown")
    return [
      warning("pods-unknown", `pods can't be listed: those that run with the ServiceAccount ${WHEN[loss]}`),
    ];
  const losing = role.arn === undefined ? [] : podsWithRole(pods.value, role.arn);
  const stranded =
    serviceAccountFate === "deleted"
      ? byWorkload(pods.value).filter(({ workload }) => workload !== undefined)
      : [];
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
