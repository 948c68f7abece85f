import { annotatedRole } from "../../model/service-account-facts.ts";
import { hasIdentity } from "../../audit/nodes/node-reach.ts";
import { listed, valueOf, type Known } from "../../model/known.ts";
import type { ServiceAccount, Workload } from "../../model/kubernetes-objects.ts";
import type { OffNodeReach, OffNodeWorkload } from "../../model/off-node.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import {
  parseServiceAccountName,
  type NamespaceName,
  type ServiceAccountName,
  type ServiceAccountRef,
} from "../../model/service-account-ref.ts";
import { rowOfWorkload } from "../../model/workload-kinds.ts";
import { parseWorkloadName } from "../../model/workload-name.ts";
import { mostOf, type JudgedPod } from "./pods.ts";

/** A namespace, and what is known of its workloads. */
export interface ObservedNamespace {
  readonly namespace: NamespaceName;
  /** Its pods, each with the workload that is meant. */
  readonly pods: readonly JudgedPod[];
  /** The workloads that were read, by their text; a kind that is not read is missing. */
  readonly workloads: ReadonlyMap<string, Known<Workload | undefined>>;
  readonly serviceAccounts: Known<readonly ServiceAccount[]>;
  readonly associations: Known<readonly PodIdentityAssociation[]>;
}

/** A workload with its pods, before it is known what it needs. */
export interface ChosenWorkload extends Omit<OffNodeWorkload, "commands"> {
  readonly judgedPods: readonly JudgedPod[];
  /** True if it runs with the target already. */
  readonly keepsServiceAccount: boolean;
  /** True if its ServiceAccount can be set in the cluster. */
  readonly isEditable: boolean;
}

/** How a workload of the namespace stands to the role of its nodes. @param asked the ServiceAccount that the operator named */
export function chosen(
  workload: string,
  observed: ObservedNamespace,
  asked: ServiceAccountName | undefined,
): ChosenWorkload {
  const { namespace } = observed;
  const judgedPods = observed.pods.filter((one) => one.workload === workload);
  const read = observed.workloads.get(workload);
  const own = serviceAccountOf(read, judgedPods);
  const common = {
    namespace,
    workload,
    serviceAccount: own,
    pods: judgedPods.length,
    nodes: [...new Set(judgedPods.flatMap(({ pod }) => pod.node ?? []))].toSorted(),
    judgedPods,
    notes: [],
    keepsServiceAccount: false,
    isEditable:
      read !== undefined && valueOf(read) !== undefined && rowOfWorkload(workload)?.live === "editable",
  };
  const state = stateOf(workload, judgedPods, own, observed);
  if (state !== "on-node-role" && (state !== "no-pods" || read === undefined)) return { ...common, state };
  const target = targetOf(workload, own, observed, asked);
  const reach = reachOfAll(judgedPods);
  return {
    ...common,
    state,
    ...(reach !== undefined && { reach }),
    ...(target.target !== undefined && { target: target.target }),
    notes: target.notes,
    keepsServiceAccount: target.target !== undefined && target.target.name === own,
  };
}

/** Of the workload's template; where that is not read, of its pods. */
function serviceAccountOf(
  read: Known<Workload | undefined> | undefined,
  judgedPods: readonly JudgedPod[],
): string | undefined {
  const template = read && valueOf(read)?.template;
  return template?.serviceAccountName ?? judgedPods[0]?.pod.serviceAccountName;
}

function stateOf(
  workload: string,
  judgedPods: readonly JudgedPod[],
  own: string | undefined,
  { workloads, serviceAccounts, associations }: ObservedNamespace,
): OffNodeWorkload["state"] {
  const read = workloads.get(workload);
  // Whoever makes a pod writes what owns it.
  if ((read?.state === "known" && read.value === undefined) || !parseWorkloadName(workload).ok)
    return "not-found";
  const scheduled = judgedPods.filter(({ pod }) => pod.node !== undefined);
  if (scheduled.length === 0) return "no-pods";
  if (scheduled.every(({ pod }) => hasIdentity(pod))) return "has-identity";
  if (!scheduled.some(({ isOnNodeRole }) => isOnNodeRole)) return "not-reached";
  const found = listed(serviceAccounts).find(({ ref }) => ref.name === own);
  const isAssociated = listed(associations).some(({ serviceAccount }) => serviceAccount.name === own);
  const isAnnotated = found !== undefined && annotatedRole(found).kind !== "none";
  return isAnnotated || isAssociated ? "restart-needed" : "on-node-role";
}

function reachOfAll(judgedPods: readonly JudgedPod[]): OffNodeReach | undefined {
  const reach = mostOf(judgedPods.filter(({ isOnNodeRole }) => isOnNodeRole));
  return reach === "no" ? undefined : reach;
}

/**
 * The ServiceAccount that is to get the role: what the operator named; the workload's own, if no other workload runs with it; else
 * one by the name of the workload.
 */
function targetOf(
  workload: string,
  own: string | undefined,
  { namespace, pods, serviceAccounts }: ObservedNamespace,
  asked: ServiceAccountName | undefined,
): { readonly target?: ServiceAccountRef; readonly notes: readonly string[] } {
  const others = new Set(
    pods.flatMap((one) =>
      one.pod.serviceAccountName === own && one.workload !== workload ? [one.workload] : [],
    ),
  );
  const isOwn = own !== undefined && own !== "default" && others.size === 0;
  const [, byName = ""] = workload.split("/", 2);
  const name = parseServiceAccountName(asked ?? (isOwn ? own : byName));
  if (!name.ok) return { notes: ["its name can't be that of a ServiceAccount; pass --service-account"] };
  const target = { namespace, name: name.value };
  if (name.value === own) return { target, notes: [] };
  const exists = listed(serviceAccounts).some(({ ref }) => ref.name === name.value);
  return {
    target,
    notes: [
      ...(exists
        ? [`ServiceAccount ${name.value} exists; create-sa changes it only if irsa manages it`]
        : []),
      ...(own === undefined || own === "default"
        ? []
        : [`ServiceAccount ${name.value} has none of the Kubernetes permissions of ${own}`]),
    ],
  };
}
