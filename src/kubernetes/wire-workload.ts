import type { Workload, WorkloadKind, WorkloadRef } from "../model/kubernetes-objects.ts";
import { managersOf, type MetadataJson } from "./wire.ts";
import { toPodSpec, type PodTemplateJson } from "./wire-pod.ts";

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
export interface WorkloadJson {
  readonly metadata: MetadataJson;
  readonly spec: {
    readonly template?: PodTemplateJson;
    readonly jobTemplate?: { readonly spec: { readonly template: PodTemplateJson } };
  };
}

/** What we read of a workload. */
export function toWorkload(ref: WorkloadRef, { metadata, spec }: WorkloadJson): Workload {
  const template = spec.jobTemplate?.spec.template ?? spec.template ?? { spec: { containers: [] } };
  return {
    ref,
    resourceVersion: metadata.resourceVersion ?? "",
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    managers: managersOf(metadata),
    template: toPodSpec(template),
  };
}
