import {
  AUDIENCE_ANNOTATION,
  ROLE_ANNOTATION,
  type Node,
  type ServiceAccount,
} from "../model/kubernetes-objects.ts";
import { fieldNamesIn } from "./field-set.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { anything, flag, listOf, number, object, optional, text, texts } from "./answer.ts";

/** An owner of an object. Source: Kubernetes API reference, OwnerReference. */
export const OWNERS = optional(listOf(object({ kind: text, name: text, controller: optional(flag) })));

/** The parts of an object's metadata that we read. Source: Kubernetes API reference, ObjectMeta. */
export const METADATA = object({
  namespace: optional(text),
  name: optional(text),
  resourceVersion: optional(text),
  creationTimestamp: optional(text),
  generation: optional(number),
  labels: optional(texts),
  annotations: optional(texts),
  managedFields: optional(
    listOf(object({ manager: optional(text), time: optional(text), fieldsV1: optional(anything) })),
  ),
  ownerReferences: OWNERS,
});

/** Metadata as `METADATA` reads it. */
export type MetadataJson = ReturnType<typeof METADATA>;

/** A ServiceAccount as the API gives it. */
export const SERVICE_ACCOUNT = object({ metadata: METADATA });

/** A ServiceAccount as `SERVICE_ACCOUNT` reads it. */
export type ServiceAccountJson = ReturnType<typeof SERVICE_ACCOUNT>;

/** A node as the API gives it. */
export const NODE = object({ metadata: METADATA, spec: optional(object({ providerID: optional(text) })) });

/** What we read of a node. */
export function toNode(name: string, { metadata, spec }: ReturnType<typeof NODE>): Node {
  const providerId = spec?.providerID;
  return { name, labels: metadata.labels ?? {}, ...(providerId !== undefined && { providerId }) };
}

/** What we read of a ServiceAccount. */
export function toServiceAccount(ref: ServiceAccountRef, { metadata }: ServiceAccountJson): ServiceAccount {
  const annotatedAt = annotationTimes(metadata);
  return {
    ref,
    resourceVersion: metadata.resourceVersion ?? "",
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    managers: managersOf(metadata),
    ...(metadata.creationTimestamp !== undefined && { createdAt: metadata.creationTimestamp }),
    ...(Object.keys(annotatedAt).length > 0 && { annotatedAt }),
  };
}

/** The field managers of an object. */
export function managersOf({ managedFields = [] }: MetadataJson): string[] {
  return managedFields.map(({ manager }) => manager ?? "");
}

/** When the annotations of the webhook were last written, at the latest: a manager's time is that of all its fields. */
function annotationTimes({ managedFields = [] }: MetadataJson): Record<string, string> {
  const times: Record<string, string> = {};
  for (const { time, fieldsV1 } of managedFields) {
    if (time === undefined) continue;
    const owned = new Set(fieldNamesIn(fieldsV1, "metadata", "annotations"));
    for (const key of [ROLE_ANNOTATION, AUDIENCE_ANNOTATION])
      if (owned.has(key) && Date.parse(time) > Date.parse(times[key] ?? "1970-01-01")) times[key] = time;
  }
  return times;
}
