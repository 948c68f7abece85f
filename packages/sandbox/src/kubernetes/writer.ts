import { randomUUID } from "node:crypto";
import { withoutEmpties } from "./admission/empties.ts";
import { withDefaults, withInitialStatus } from "./admission/defaults.ts";
import { admitCreationIn, admitDeletion } from "./admission/namespace-lifecycle.ts";
import type { AdmissionRequest } from "./admission/request.ts";
import { admitServiceAccount } from "./admission/service-account.ts";
import { validate } from "./admission/validation.ts";
import { callWebhooks } from "./admission/webhooks.ts";
import type { User } from "./auth/user.ts";
import type { Pod } from "./model/kinds.ts";
import { timestamp, withMetadata, type KubeObject } from "./model/object.ts";
import { NAMESPACES, PODS, type Resource } from "./model/resources.ts";
import { alreadyExists, conflict } from "./model/status.ts";
import { randomSuffix } from "./names.ts";
import { equalJson } from "./patch/json.ts";
import { trackUpdate } from "./patch/managed-fields.ts";
import type { Store } from "./store.ts";

/** Who writes, and how. */
export interface WriteOptions {
  readonly user: User;
  readonly dryRun: boolean;
  /** The field manager. */
  readonly manager: string;
  /** `status` writes only the status; without it the status is left as it is. */
  readonly subresource?: string;
  /** The object comes from a server-side apply, with its `managedFields` worked out. */
  readonly applied?: boolean;
}

/** Every write of the cluster, by its users and by its own controllers: defaults, admission, validation, store. */
export interface Writer {
  /** @throws ApiError 403, 404 for the namespace, 409, 422, or what a webhook says. */
  readonly create: <T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options: WriteOptions,
  ) => Promise<T>;
  /** @throws ApiError 409 when `current` is no longer what is stored or not what `next` was made from, 422. */
  readonly update: <T extends KubeObject>(
    resource: Resource<T>,
    current: T,
    next: T,
    options: WriteOptions,
  ) => Promise<T>;
  /** Deletes immediately, or sets the deletion timestamp if the object has finalizers; returns the object as it was last. */
  readonly remove: <T extends KubeObject>(resource: Resource<T>, object: T, dryRun?: boolean) => T;
}

/** A writer on a store. */
export function createWriter(store: Store): Writer {
  return {
    async create<T extends KubeObject>(resource: Resource<T>, given: T, options: WriteOptions): Promise<T> {
      const { namespace, name } = given.metadata;
      if (namespace !== undefined) admitCreationIn(store, resource, namespace, name);
      const { user, dryRun } = options;
      const prepared = withInitialStatus(resource, normalised(resource, given));
      const admitted = await admit(store, { operation: "CREATE", resource, object: prepared, user, dryRun });
      const object = initialize(named(normalised(resource, admitted as T)), options);
      validate(resource, object);
      if (store.get(resource, namespace ?? "", object.metadata.name) !== undefined) {
        throw alreadyExists(resource, object.metadata.name);
      }
      return dryRun ? object : store.put(resource, object);
    },

    async update<T extends KubeObject>(
      resource: Resource<T>,
      current: T,
      next: T,
      options: WriteOptions,
    ): Promise<T> {
      checkPreconditions(resource, current, next);
      const { user, dryRun } = options;
      const merged = preserving(current, normalised(resource, next), options);
      const admitted = (await admit(store, {
        operation: "UPDATE",
        resource,
        object: merged,
        oldObject: current,
        user,
        dryRun,
      })) as T;
      const object = bumpGeneration(current, normalised(resource, admitted), options);
      validate(resource, object, current);
      if (isSame(current, object)) return current;
      const { namespace = "", name } = current.metadata;
      if (store.get(resource, namespace, name) !== current) throw conflict(resource, name);
      return dryRun ? object : settle(resource, object);
    },

    remove<T extends KubeObject>(resource: Resource<T>, object: T, dryRun = false): T {
      admitDeletion(resource, object.metadata.name);
      const marked = markedForDeletion(resource, object);
      return dryRun ? marked : settle(resource, marked);
    },
  };

  /** Stores the object, or ends it when it was to go and nothing holds it any more. */
  function settle<T extends KubeObject>(resource: Resource<T>, object: T): T {
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    const isHeld = finalizers.length > 0 || resource.kind === NAMESPACES.kind;
    if (deletionTimestamp === undefined || isHeld) return store.put(resource, object);
    store.remove(resource, object);
    return object;
  }
}

/** The object as the API's types have it: nothing empty, and defaults where it says nothing; also of what webhooks add. */
function normalised<T extends KubeObject>(resource: Resource<T>, object: T): T {
  return withDefaults(resource, withoutEmpties(object));
}

async function admit(store: Store, request: AdmissionRequest): Promise<KubeObject> {
  const { resource, operation, object } = request;
  const isNewPod = resource.kind === PODS.kind && operation === "CREATE";
  const admitted = await callWebhooks(store, {
    ...request,
    object: isNewPod ? admitServiceAccount(store, object as Pod) : object,
  });
  // What a webhook adds gets its defaults too.
  return withDefaults(resource, admitted);
}

/** The object under its final name. */
function named<T extends KubeObject>(object: T): T {
  const { name, generateName = "" } = object.metadata;
  return withMetadata(object, {
    name: name === "" && generateName !== "" ? generateName + randomSuffix() : name,
  });
}

function initialize<T extends KubeObject>(object: T, { manager, applied }: WriteOptions): T {
  return withMetadata(object, {
    uid: randomUUID(),
    creationTimestamp: timestamp(),
    ...(countsGenerations(object) && { generation: 1 }),
    managedFields:
      applied === true ? (object.metadata.managedFields ?? []) : trackUpdate(undefined, object, { manager }),
  });
}

function checkPreconditions(resource: Resource, current: KubeObject, next: KubeObject): void {
  const { name, resourceVersion, uid } = current.metadata;
  const asked = next.metadata;
  if ((asked.resourceVersion ?? "") !== "" && asked.resourceVersion !== resourceVersion)
    throw conflict(resource, name);
  if ((asked.uid ?? "") !== "" && asked.uid !== uid) {
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${asked.uid}, UID in object meta: ${uid ?? ""}`,
    );
  }
}

/** The next object with everything that this door may not change taken from the current one. */
function preserving<T extends KubeObject>(current: T, next: T, { subresource, applied }: WriteOptions): T {
  if (subresource === "status") return { ...current, status: next["status"] };
  const { name, namespace, uid, creationTimestamp, generation, deletionTimestamp, resourceVersion } =
    current.metadata;
  const { managedFields } = applied === true ? next.metadata : current.metadata;
  const { status: _status, ...rest } = next;
  const kept = {
    name,
    namespace,
    uid,
    creationTimestamp,
    generation,
    deletionTimestamp,
    resourceVersion,
    managedFields,
  };
  return withMetadata(
    { ...rest, ...("status" in current && { status: current["status"] }) } as unknown as T,
    Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
  );
}

/** The object with its generation and its owners of fields brought up to date. */
function bumpGeneration<T extends KubeObject>(
  current: T,
  next: T,
  { manager, subresource, applied }: WriteOptions,
): T {
  const { generation = 1 } = current.metadata;
  const changed = !equalJson(specification(current), specification(next));
  const writer = { manager, ...(subresource !== undefined && { subresource }) };
  const managedFields =
    applied === true ? (next.metadata.managedFields ?? []) : trackUpdate(current, next, writer);
  return withMetadata(next, {
    ...(countsGenerations(next) && { generation: changed ? generation + 1 : generation }),
    managedFields,
  });
}

const COUNTING = /^(apps|batch|admissionregistration\.k8s\.io)\//;

/** The kinds that controllers act on number the versions of what is asked of them. */
function countsGenerations({ apiVersion }: KubeObject): boolean {
  return COUNTING.test(apiVersion);
}

/** What is asked: everything but the metadata and the status. */
function specification({ metadata: _metadata, status: _status, ...asked }: KubeObject): unknown {
  return asked;
}

/** True when nothing but the times of the field managers differs: such a write is none. */
function isSame(current: KubeObject, next: KubeObject): boolean {
  return equalJson(timeless(current), timeless(next));
}

function timeless(object: KubeObject): KubeObject {
  const managedFields = (object.metadata.managedFields ?? []).map((entry) => ({ ...entry, time: "" }));
  return withMetadata(object, { managedFields });
}

function markedForDeletion<T extends KubeObject>(resource: Resource<T>, object: T): T {
  const { deletionTimestamp = timestamp() } = object.metadata;
  const marked = withMetadata(object, { deletionTimestamp });
  return resource.kind === NAMESPACES.kind ? { ...marked, status: { phase: "Terminating" } } : marked;
}
