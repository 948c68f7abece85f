import { isDeepStrictEqual } from "node:util";
import type { Watched, WatchedKind, WatchedObject } from "../kubernetes/port.ts";
import { Failure } from "../model/failure.ts";
import { isAgentsPod } from "../model/pod-identity-agent.ts";
import type { Changes } from "./changes.ts";

/** Everything of the cluster that is watched, as it is now. */
export interface Mirror {
  /** The objects of a kind by key. @throws Failure while they are unknown */
  readonly objects: <Kind extends WatchedKind>(kind: Kind) => ReadonlyMap<string, Watched[Kind]>;
  /** The pods of a ServiceAccount. @throws Failure while they are unknown */
  readonly podsOf: (namespace: string, name: string) => readonly Watched["pods"][];
  readonly replace: <Kind extends WatchedKind>(kind: Kind, objects: readonly WatchedObject<Kind>[]) => void;
  readonly set: <Kind extends WatchedKind>(kind: Kind, changed: WatchedObject<Kind>) => void;
  readonly remove: (kind: WatchedKind, key: string) => void;
  /** From now on nothing is known of the kind, until it is replaced. */
  readonly forget: (kind: WatchedKind, failure: Failure) => void;
}

/** The kinds, in the order in which they are listed. */
export const WATCHED_KINDS = ["serviceAccounts", "pods", "nodes", "namespaces", "webhooks"] as const;

/** Keys that are touched by a change of an object. */
export const KEYS = {
  object: (kind: WatchedKind, key: string) => `${kind}/${key}`,
  podsOf: (serviceAccount: string) => `pods-of/${serviceAccount}`,
  /** Any pod of the Pod Identity agent. */
  agents: "agents",
  /** Anything that an audit evaluates, except pods. */
  audited: "audited",
  /** Pods, as far as an audit evaluates them. */
  auditedPods: "audited-pods",
} as const;

/** What else is done for an object of a kind that has changed. */
type OnWritten = {
  readonly [Kind in WatchedKind]: (key: string, before?: Watched[Kind], written?: Watched[Kind]) => void;
};

type Stores = { readonly [Kind in WatchedKind]: Map<string, Watched[Kind]> };

/** A mirror of which nothing is known. */
export function mirrorOf(changes: Changes): Mirror {
  const stores: Stores = {
    serviceAccounts: new Map(),
    pods: new Map(),
    nodes: new Map(),
    namespaces: new Map(),
    webhooks: new Map(),
  };
  const unread = new Failure("failed", "unreachable", "not read yet");
  const unknown = new Map<WatchedKind, Failure>(WATCHED_KINDS.map((kind) => [kind, unread]));
  const byServiceAccount = new Map<string, Map<string, Watched["pods"]>>();
  const required = (kind: WatchedKind): void => {
    const failure = unknown.get(kind);
    if (failure !== undefined) throw failure;
  };
  const write = <Kind extends WatchedKind>(kind: Kind, key: string, object: Watched[Kind] | undefined) => {
    const store: Map<string, Watched[Kind]> = stores[kind];
    const before = store.get(key);
    if (isDeepStrictEqual(before, object)) return;
    if (object === undefined) store.delete(key);
    else store.set(key, object);
    onWritten[kind](key, before, object);
  };
  const writePod = (key: string, before?: Watched["pods"], written?: Watched["pods"]): void => {
    const isSame = before !== undefined && isDeepStrictEqual(before.summary, written?.summary);
    // By the object an audit tells the pods that are others.
    const after = isSame && written !== undefined ? { ...written, summary: before.summary } : written;
    if (after !== undefined) stores.pods.set(key, after);
    const [was, is] = [before, after].map((one) => one && ownerOf(one));
    if (was !== undefined && was !== is) {
      const pods = byServiceAccount.get(was);
      pods?.delete(key);
      if (pods?.size === 0) byServiceAccount.delete(was);
    }
    if (is !== undefined && after !== undefined) {
      const pods = byServiceAccount.get(is) ?? new Map<string, Watched["pods"]>();
      byServiceAccount.set(is, pods.set(key, after));
    }
    for (const owner of new Set([was, is])) if (owner !== undefined) changes.touch(KEYS.podsOf(owner));
    if ([before, after].some((one) => one !== undefined && isAgentsPod(one.pod.spec.labels)))
      changes.touch(KEYS.agents);
    if (!isSame) changes.touch(KEYS.auditedPods);
  };
  const touch =
    (kind: WatchedKind, ...others: readonly string[]) =>
    (key: string): void =>
      [KEYS.object(kind, key), ...others].forEach(changes.touch);
  const onWritten: OnWritten = {
    serviceAccounts: touch("serviceAccounts", KEYS.audited),
    pods: writePod,
    nodes: touch("nodes", KEYS.audited),
    namespaces: touch("namespaces"),
    webhooks: touch("webhooks"),
  };
  return {
    objects: (kind) => {
      required(kind);
      return stores[kind];
    },
    podsOf: (namespace, name) => {
      required("pods");
      return [...(byServiceAccount.get(`${namespace}/${name}`)?.values() ?? [])];
    },
    replace: (kind, objects) => {
      const present = new Set(objects.map(({ key }) => key));
      for (const key of stores[kind].keys()) if (!present.has(key)) write(kind, key, undefined);
      for (const { key, object } of objects) write(kind, key, object);
      unknown.delete(kind);
    },
    set: (kind, { key, object }) => write(kind, key, object),
    remove: (kind, key) => write(kind, key, undefined),
    forget: (kind, failure) => void unknown.set(kind, failure),
  };
}

function ownerOf({ pod }: Watched["pods"]): string {
  return `${pod.namespace}/${pod.serviceAccountName}`;
}
