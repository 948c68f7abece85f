import { randomBytes, randomUUID } from "node:crypto";
import { timestamp, type KubeObject } from "../model/object.ts";
import { EVENTS } from "../model/resources.ts";
import type { Store } from "../store.ts";

/** What an event says. */
export interface Happening {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** The component that saw it. */
  readonly component: string;
}

/** Records an event about an object; one that says the same again counts up. */
export function recordEvent(store: Store, about: KubeObject, happening: Happening): void {
  const { type, reason, message, component } = happening;
  const { name, namespace = "default", uid = "" } = about.metadata;
  const now = timestamp();
  const known = store
    .list(EVENTS, namespace)
    .find(
      (event) => event.involvedObject["uid"] === uid && event.reason === reason && event.message === message,
    );
  if (known !== undefined) {
    store.put(EVENTS, { ...known, count: known.count + 1, lastTimestamp: now });
    return;
  }
  store.put(EVENTS, {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      name: `${name}.${randomBytes(8).toString("hex")}`,
      namespace,
      uid: randomUUID(),
      creationTimestamp: now,
    },
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component },
    reportingComponent: component,
    reportingInstance: "",
  });
}
