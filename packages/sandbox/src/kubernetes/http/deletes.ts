import type { Cluster } from "../cluster.ts";
import { withMetadata, type KubeObject } from "../model/object.ts";
import { RESOURCES, type Resource } from "../model/resources.ts";
import { conflict, type Status } from "../model/status.ts";
import { isDryRun, readBody, type Call, type Reply } from "./call.ts";
import { findObject, listObjects, selectedObjects } from "./reads.ts";

/** Source: Kubernetes API, DeleteOptions of meta/v1; in the body, or in the query. */
interface DeleteOptions {
  readonly dryRun?: readonly string[];
  readonly propagationPolicy?: string;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** DELETE of one object. What depends on it goes after it, unless it is to be orphaned. */
export function deleteObject(cluster: Cluster, call: Call): Reply {
  const object = findObject(cluster.store, call);
  const options = deleteOptions(call);
  checkPreconditions(call.resource, object, options);
  const last = deleteOne(cluster, call.resource, object, options);
  return { status: 200, body: call.resource.deleteReturnsObject ? last : success(call.resource, last) };
}

/** DELETE of a collection: everything that is selected. */
export function deleteCollection(cluster: Cluster, call: Call): Reply {
  const options = deleteOptions(call);
  const reply = listObjects(cluster.store, call);
  for (const object of selectedObjects(cluster.store, call))
    deleteOne(cluster, call.resource, object, options);
  return reply;
}

function deleteOne(
  { store, writer }: Cluster,
  resource: Resource,
  object: KubeObject,
  { dryRun = [], propagationPolicy }: DeleteOptions,
): KubeObject {
  const isDry = isDryRun(dryRun, "delete");
  if (propagationPolicy === "Orphan" && !isDry) orphan(store, object);
  return writer.remove(resource, object, isDry);
}

function orphan(store: Cluster["store"], { metadata: { uid } }: KubeObject): void {
  for (const resource of RESOURCES) {
    for (const dependent of store.list(resource)) {
      const { ownerReferences = [] } = dependent.metadata;
      const others = ownerReferences.filter((owner) => owner.uid !== uid);
      if (others.length < ownerReferences.length) {
        store.put(resource, withMetadata(dependent, { ownerReferences: others }));
      }
    }
  }
}

function deleteOptions(call: Call): DeleteOptions {
  const body = call.bytes.length === 0 ? {} : (readBody(call) as DeleteOptions | null);
  const policy = call.query.get("propagationPolicy");
  return {
    ...(policy !== null && { propagationPolicy: policy }),
    ...body,
    dryRun: [...call.query.getAll("dryRun"), ...(body?.dryRun ?? [])],
  };
}

function checkPreconditions(
  { group, kind }: Resource,
  object: KubeObject,
  { preconditions = {} }: DeleteOptions,
): void {
  // Here, and only here, a conflict names the kind instead of the resource.
  const ofKind = { group, plural: kind };
  const { name, uid = "", resourceVersion = "" } = object.metadata;
  if (preconditions.uid !== undefined && preconditions.uid !== uid) {
    const why = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict(ofKind, name, why);
  }
  if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(ofKind, name, why);
  }
}

function success({ group, plural }: Resource, { metadata: { name, uid = "" } }: KubeObject): Status {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name, ...(group !== "" && { group }), kind: plural, uid },
    code: 200,
  };
}
