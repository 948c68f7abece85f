import type { Workload, WorkloadKind, WorkloadRef } from "../model/kubernetes-objects.ts";
import { object, optional } from "./answer.ts";
import { managersOf, METADATA } from "./wire.ts";
import { ROLLOUT_SPEC, ROLLOUT_STATUS, toRollout } from "./wire-rollout.ts";
import { POD_TEMPLATE, toPodSpec } from "./wire-pod.ts";

/** Where the API keeps a kind of workload. Source: Kubernetes API reference, apps/v1 and batch/v1. */
const RESOURCES: Readonly<Record<WorkloadKind, string>> = {
  deployment: "/apis/apps/v1/namespaces/{namespace}/deployments/{name}",
  daemonset: "/apis/apps/v1/namespaces/{namespace}/daemonsets/{name}",
  statefulset: "/apis/apps/v1/namespaces/{namespace}/statefulsets/{name}",
  cronjob: "/apis/batch/v1/namespaces/{namespace}/cronjobs/{name}",
  job: "/apis/batch/v1/namespaces/{namespace}/jobs/{name}",
};

/** The path of a workload in the API. */
export function workloadPath({ kind, namespace, name }: WorkloadRef): string {
  return RESOURCES[kind].replace("{namespace}", namespace).replace("{name}", name);
}

/** The parts of a workload's JSON that we read; a CronJob has its template inside its Job's. */
export const WORKLOAD = object({
  metadata: METADATA,
  spec: object({
    ...ROLLOUT_SPEC,
    template: optional(POD_TEMPLATE),
    jobTemplate: optional(object({ spec: object({ template: POD_TEMPLATE }) })),
  }),
  status: ROLLOUT_STATUS,
});

/** A workload as `WORKLOAD` reads it. */
export type WorkloadJson = ReturnType<typeof WORKLOAD>;

/** What we read of a workload. */
export function toWorkload(ref: WorkloadRef, found: WorkloadJson): Workload {
  const { metadata, spec } = found;
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
  const rollout = toRollout(ref.kind, found);
  const template = spec.jobTemplate?.spec.template ?? spec.template ?? { spec: { containers: [] } };
  return {
    ref,
    resourceVersion: metadata.resourceVersion ?? "",
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    managers: managersOf(metadata),
    ...(controller !== undefined && { controller: { kind: controller.kind, name: controller.name } }),
    template: toPodSpec(template),
    ...(rollout !== undefined && { rollout }),
  };
}

/** The `spec` of a merge patch that changes the pod spec of a workload's template. */
export function templateEdit({ kind }: WorkloadRef, podSpec: object): object {
  const template = { template: { spec: podSpec } };
  return kind === "cronjob" ? { jobTemplate: { spec: template } } : template;
}
