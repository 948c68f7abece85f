import { groupBy } from "../../audit/group-by.ts";
import type { RoleArn } from "../../model/arn.ts";
import { counted } from "../../model/counted.ts";
import type { Breaking } from "../../model/off-node.ts";
import { mostOf, type JudgedPod } from "./pods.ts";

/** The workloads, in all namespaces, that may use what one of the roles allows beyond the baseline. */
export function breaksOf(pods: readonly JudgedPod[], roles: ReadonlySet<RoleArn>): readonly Breaking[] {
  const found = pods.flatMap((one) => {
    const { use, isOnNodeRole } = one;
    return use !== undefined && isOnNodeRole && roles.has(use.role) ? [{ ...one, role: use.role }] : [];
  });
  const groups = groupBy(found, ({ pod, workload, role }) => JSON.stringify([pod.namespace, workload, role]));
  return [...groups.keys()].toSorted().flatMap((key): Breaking[] => {
    const group = groups.get(key) ?? [];
    const [first] = group;
    const reach = mostOf(group);
    if (first === undefined || reach === "no") return [];
    const { pod, workload, role } = first;
    return [
      {
        namespace: pod.namespace,
        workload,
        serviceAccount: pod.serviceAccountName,
        reach,
        hostNetwork: group.some((one) => one.pod.hostNetwork === true),
        pods: group.length,
        role,
      },
    ];
  });
}

/** What no API has about who uses the role of a node. */
const NEVER_KNOWN = [
  "whether a pod calls AWS at all, and which pod used what: AWS records what the role used, for all pods on its nodes together",
  "workloads without a pod now, such as a CronJob between its runs, or one that is scaled to zero",
  "what runs on the nodes outside of pods, such as agents and user data",
  "other clusters and instances whose nodes have the role",
  "policies of buckets, keys and queues, and trust policies, that name the role: they have to name the new one, too",
  "pods with an identity of their own whose SDK does not use it (irsa sdk-check)",
] as const;

/** What can't be told of who would break. */
export function notKnownOf(
  pods: readonly JudgedPod[],
  breaks: readonly Pick<Breaking, "reach">[],
): readonly string[] {
  const elsewhere = pods.filter(({ use, isOnNodeRole }) => use === undefined && isOnNodeRole);
  return [
    ...NEVER_KNOWN,
    ...(breaks.some(({ reach }) => reach === "possible")
      ? ["whether network policies or the node's firewall keep pods from the instance metadata service"]
      : []),
    ...(elsewhere.length > 0
      ? [`the role of the nodes of ${counted(elsewhere.length, "pod")} without an identity of their own`]
      : []),
  ];
}
