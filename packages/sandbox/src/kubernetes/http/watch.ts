import type { ServerResponse } from "node:http";
import type { KubeObject } from "../model/object.ts";
import { groupVersionOf } from "../model/resources.ts";
import type { Selector } from "../model/selectors.ts";
import { expired } from "../model/status.ts";
import type { Store, StoreEvent } from "../store.ts";
import type { Call } from "./call.ts";
import { selectedObjects, selectorOf } from "./reads.ts";
import { tableOf, wantsTable } from "./table.ts";

interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: unknown;
}

/**
 * Streams the changes of what a call selects, one JSON object a line, until the client goes or `timeoutSeconds` have
 * passed; from `resourceVersion` on, or, without one, beginning with what is there.
 * Source: Kubernetes documentation, "API Concepts", efficient detection of changes.
 * @throws ApiError 400 for a selector that can't be read.
 */
export function watchObjects(store: Store, call: Call, response: ServerResponse): void {
  const isSelected = selectorOf(call);
  const from = call.query.get("resourceVersion") ?? "";
  const startsWithAll = from === "" || from === "0" || call.query.get("sendInitialEvents") === "true";
  const current = startsWithAll ? selectedObjects(store, call) : [];
  const missed = startsWithAll ? [] : store.since(Number(from));
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
  const send = (event: WatchEvent) => response.write(`${JSON.stringify(event)}\n`);
  if (missed === undefined) {
    send({ type: "ERROR", object: expired(from, store.revision()).status });
    response.end();
    return;
  }
  for (const object of current) send(eventOf(call, "ADDED", object));
  if (call.query.get("sendInitialEvents") === "true") send(initialEventsEnd(store, call));
  const forward = (event: StoreEvent) => {
    const type = seenAs(event, call, isSelected);
    if (type !== undefined) send(eventOf(call, type, event.object));
  };
  missed.forEach(forward);
  stopWithResponse(response, store.subscribe(forward), Number(call.query.get("timeoutSeconds") ?? 0));
}

/** What a change is to a watcher: an object that begins to be selected is added, one that ceases to be is deleted. */
function seenAs(event: StoreEvent, call: Call, isSelected: Selector): StoreEvent["type"] | undefined {
  const { namespace } = event.object.metadata;
  if (event.resource.kind !== call.resource.kind || event.resource.group !== call.resource.group)
    return undefined;
  if (call.namespace !== "" && call.resource.namespaced && namespace !== call.namespace) return undefined;
  const was = event.previous !== undefined && isSelected(event.previous);
  const is = event.type !== "DELETED" && isSelected(event.object);
  if (was) return is ? "MODIFIED" : "DELETED";
  return is ? "ADDED" : undefined;
}

function eventOf(call: Call, type: StoreEvent["type"], object: KubeObject): WatchEvent {
  return { type, object: wantsTable(call.headers) ? tableOf(call.resource, [object], {}) : object };
}

function initialEventsEnd(store: Store, { resource }: Call): WatchEvent {
  const metadata = {
    resourceVersion: String(store.revision()),
    annotations: { "k8s.io/initial-events-end": "true" },
  };
  return {
    type: "BOOKMARK",
    object: { kind: resource.kind, apiVersion: groupVersionOf(resource), metadata },
  };
}

function stopWithResponse(response: ServerResponse, unsubscribe: () => void, seconds: number): void {
  const timer = seconds > 0 ? setTimeout(() => response.end(), seconds * 1000) : undefined;
  response.on("close", () => {
    clearTimeout(timer);
    unsubscribe();
  });
}
