import type { KubeObject } from "./model/object.ts";
import { withMetadata } from "./model/object.ts";
import { qualifiedName, type Resource } from "./model/resources.ts";
import type { KubernetesState } from "./state.ts";

/** A change of one object. */
export interface StoreEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly resource: Resource;
  readonly object: KubeObject;
  /** The object before, where there was one. */
  readonly previous?: KubeObject;
  readonly revision: number;
}

/** The objects of a cluster. Every write gets the next resourceVersion and is told to the listeners. */
export interface Store {
  readonly revision: () => number;
  readonly get: <T extends KubeObject>(
    resource: Resource<T>,
    namespace: string,
    name: string,
  ) => T | undefined;
  /** Of one namespace, or of all; by namespace and name. */
  readonly list: <T extends KubeObject>(resource: Resource<T>, namespace?: string) => readonly T[];
  /** Creates or replaces. */
  readonly put: <T extends KubeObject>(resource: Resource<T>, object: T) => T;
  readonly remove: (resource: Resource, object: KubeObject) => void;
  /** The changes after a revision; `undefined` when it is too long ago. */
  readonly since: (revision: number) => readonly StoreEvent[] | undefined;
  /** Calls `listener` on every change until the returned function is called. */
  readonly subscribe: (listener: (event: StoreEvent) => void) => () => void;
}

/** How many changes are remembered for watchers that come back. */
const HISTORY = 1000;

/** Opens the store on a state, which it changes in place. */
export function openStore(state: KubernetesState): Store {
  const listeners = new Set<(event: StoreEvent) => void>();
  const history: StoreEvent[] = [];
  let forgotten = state.revision;

  function tableOf(resource: Resource): Record<string, KubeObject> {
    return (state.objects[qualifiedName(resource)] ??= {});
  }

  function tell(event: StoreEvent): void {
    history.push(event);
    if (history.length > HISTORY) forgotten = history.shift()?.revision ?? forgotten;
    for (const listener of listeners) listener(event);
  }

  function put<T extends KubeObject>(resource: Resource<T>, object: T): T {
    const table = tableOf(resource);
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const previous = table[key];
    const revision = ++state.revision;
    const stored = withMetadata(object, { resourceVersion: String(revision) });
    table[key] = stored;
    const type = previous === undefined ? "ADDED" : "MODIFIED";
    tell({ type, resource, object: stored, revision, ...(previous && { previous }) });
    return stored;
  }

  function remove(resource: Resource, object: KubeObject): void {
    const table = tableOf(resource);
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const previous = table[key];
    if (previous === undefined) return;
    delete table[key];
    const revision = ++state.revision;
    const last = withMetadata(object, { resourceVersion: String(revision) });
    tell({ type: "DELETED", resource, object: last, previous, revision });
  }

  return {
    revision: () => state.revision,
    get: <T extends KubeObject>(resource: Resource<T>, namespace: string, name: string) =>
      tableOf(resource)[keyOf(namespace, name)] as T | undefined,
    list: <T extends KubeObject>(resource: Resource<T>, namespace?: string) =>
      Object.entries(tableOf(resource))
        .filter(([key]) => namespace === undefined || key.startsWith(`${namespace}/`))
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, object]) => object as T),
    put,
    remove,
    since: (revision) =>
      revision < forgotten ? undefined : history.filter((event) => event.revision > revision),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The key of an object in its table; cluster-wide ones have no namespace. */
export function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ""}/${name}`;
}
