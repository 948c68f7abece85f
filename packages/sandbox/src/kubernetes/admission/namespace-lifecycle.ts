import { NAMESPACES, type Resource } from "../model/resources.ts";
import { forbidden, notFound } from "../model/status.ts";
import type { Store } from "../store.ts";

/** The namespaces that can't be deleted. */
const IMMORTAL = new Set(["default", "kube-system", "kube-public"]);

/** @throws ApiError 404 or 403 when nothing can be created in the namespace, since it is absent or going. */
export function admitCreationIn(store: Store, resource: Resource, namespace: string, name: string): void {
  const found = store.get(NAMESPACES, "", namespace);
  if (found === undefined) throw notFound(NAMESPACES, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(resource, name, why);
}

/** @throws ApiError 403 for a namespace that must stay. */
export function admitDeletion(resource: Resource, name: string): void {
  if (resource !== NAMESPACES || !IMMORTAL.has(name)) return;
  throw forbidden(resource, name, "this namespace may not be deleted");
}
