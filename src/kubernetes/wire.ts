import type { Pod, ServiceAccount } from "../model/kubernetes-objects.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";

/** The parts of the API's JSON that we read. Source: Kubernetes API reference, v1 core. */
export interface ServiceAccountJson {
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
    readonly managedFields?: readonly { readonly manager?: string }[];
  };
}

export interface PodJson {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly creationTimestamp: string;
    readonly labels?: Record<string, string>;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
  readonly spec: {
    readonly serviceAccountName?: string;
    readonly containers: readonly {
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
    }[];
  };
  readonly status?: { readonly phase?: string };
}

/** What we read of a ServiceAccount. */
export function toServiceAccount(ref: ServiceAccountRef, { metadata }: ServiceAccountJson): ServiceAccount {
  return {
    ref,
    resourceVersion: metadata.resourceVersion ?? "",
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    managers: (metadata.managedFields ?? []).map(({ manager }) => manager ?? ""),
  };
}

/** What we read of a pod. */
export function toPod({ metadata, spec, status }: PodJson): Pod {
  const workload = workloadOf(metadata);
  const roleArn = spec.containers
    .flatMap(({ env }) => env ?? [])
    .find(({ name }) => name === "AWS_ROLE_ARN")?.value;
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    serviceAccountName: spec.serviceAccountName ?? "default",
    createdAt: metadata.creationTimestamp,
    phase: status?.phase ?? "Unknown",
    ...(workload !== undefined && { workload }),
    ...(roleArn !== undefined && { roleArn }),
  };
}

/** A Deployment's pods are owned by a ReplicaSet, whose name is the Deployment's and the pod-template-hash. */
function workloadOf(metadata: PodJson["metadata"]): string | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return undefined;
  const hash = metadata.labels?.["pod-template-hash"];
  if (owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    return `deployment/${owner.name.slice(0, -hash.length - 1)}`;
  }
  return `${owner.kind.toLowerCase()}/${owner.name}`;
}
