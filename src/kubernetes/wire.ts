import type { ServiceAccount } from "../model/kubernetes-objects.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";

/** The parts of an object's metadata that we read. Source: Kubernetes API reference, ObjectMeta. */
export interface MetadataJson {
  readonly namespace?: string;
  readonly name?: string;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly generation?: number;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly managedFields?: readonly { readonly manager?: string }[];
  readonly ownerReferences?: readonly OwnerReferenceJson[];
}

/** An owner of an object. Source: Kubernetes API reference, OwnerReference. */
export interface OwnerReferenceJson {
  readonly kind: string;
  readonly name: string;
  readonly controller?: boolean;
}

/** A ServiceAccount as the API gives it. */
export interface ServiceAccountJson {
  readonly metadata: MetadataJson;
}

/** What we read of a ServiceAccount. */
export function toServiceAccount(ref: ServiceAccountRef, { metadata }: ServiceAccountJson): ServiceAccount {
  return {
    ref,
    resourceVersion: metadata.resourceVersion ?? "",
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    managers: managersOf(metadata),
    ...(metadata.creationTimestamp !== undefined && { createdAt: metadata.creationTimestamp }),
  };
}

/** The field managers of an object. */
export function managersOf({ managedFields = [] }: MetadataJson): string[] {
  return managedFields.map(({ manager }) => manager ?? "");
}
