import type { Pod, PodSpec } from "../model/kubernetes-objects.ts";
import { kindRow, type WorkloadKind } from "../model/workload-kinds.ts";
import { templateHolder } from "../workload/template-holder.ts";
import { Failure } from "../model/failure.ts";
import type { ServiceAccountName, ServiceAccountRef } from "../model/service-account-ref.ts";
import type { Subject } from "./chain.ts";
import type { SeenBy } from "./sources.ts";
import { known, UNASKED, type Seen } from "../model/known.ts";

/** What the subject alone tells: its ServiceAccount, pod template and pods. */
export interface SubjectView {
  readonly serviceAccount: Seen<ServiceAccountRef>;
  readonly template: Seen<PodSpec>;
  /** The pods to check; unasked if they are all pods of the ServiceAccount. */
  readonly pods: Seen<readonly Pod[]>;
}

/**
 * Reads the pod or workload to verify.
 * @throws Failure `no-subject` if there is none
 */
export async function observeSubject(subject: Subject, seenBy: SeenBy): Promise<SubjectView> {
  const { namespace, name, kind } = subject;
  if (kind === "serviceaccount") {
    const serviceAccount = known({ namespace, name: name as ServiceAccountName });
    return { serviceAccount, template: UNASKED, pods: UNASKED };
  }
  return kind === "pod" ? observePod(subject, seenBy) : observeWorkload(subject, kind, seenBy);
}

async function observePod(subject: Subject, seenBy: SeenBy): Promise<SubjectView> {
  const pod = await seenBy((on) => on.getPod(subject.namespace, subject.name));
  if (pod.state !== "known") return { serviceAccount: pod, template: UNASKED, pods: pod };
  if (pod.value === undefined) throw noSubject(subject);
  return {
    serviceAccount: known(serviceAccountIn(subject, pod.value.spec)),
    template: UNASKED,
    pods: known([pod.value]),
  };
}

async function observeWorkload(subject: Subject, kind: WorkloadKind, seenBy: SeenBy): Promise<SubjectView> {
  const { namespace, name } = subject;
  const [workload, pods] = await Promise.all([
    seenBy((on) => templateHolder(on, { kind, namespace, name })),
    seenBy((on) => on.listPods({ namespace })),
  ]);
  if (workload.state !== "known") return { serviceAccount: workload, template: workload, pods: UNASKED };
  if (workload.value === undefined) throw noSubject(subject);
  const { template } = workload.value;
  const ours = pods.state === "known" ? known(pods.value.filter((pod) => isMadeBy(pod, kind, name))) : pods;
  return {
    serviceAccount: known(serviceAccountIn(subject, template)),
    template: known(template),
    pods: ours,
  };
}

function serviceAccountIn({ namespace }: Subject, { serviceAccountName }: PodSpec): ServiceAccountRef {
  return { namespace, name: serviceAccountName as ServiceAccountName };
}

/** A CronJob's pods are its Jobs', whose names are its own and the minute. */
function isMadeBy({ workload = "" }: Pod, kind: WorkloadKind, name: string): boolean {
  const { through } = kindRow(kind);
  if (through === undefined) return workload === `${kind}/${name}`;
  const begin = `${through}/${name}-`;
  return workload.startsWith(begin) && /^\d+$/.test(workload.slice(begin.length));
}

function noSubject({ kind, namespace, name }: Subject): Failure {
  return new Failure("failed", "no-subject", `${kind} '${name}' not found in namespace ${namespace}`);
}
