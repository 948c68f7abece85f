import type { KubeObject } from "../model/object.ts";
import { groupVersionOf, type Resource } from "../model/resources.ts";
import { parseFieldSelector, parseLabelSelector, type Selector } from "../model/selectors.ts";
import { badRequest, notFound } from "../model/status.ts";
import { keyOf, type Store } from "../store.ts";
import type { Call, Reply } from "./call.ts";
import { tableOf, wantsTable } from "./table.ts";

/** GET of one object. @throws ApiError 404. */
export function getObject(store: Store, call: Call): Reply {
  const object = findObject(store, call);
  const body = wantsTable(call.headers) ? tableOf(call.resource, [object], {}) : object;
  return { status: 200, body };
}

/** The object that a call names. @throws ApiError 404. */
export function findObject(store: Store, { resource, namespace, info }: Call): KubeObject {
  const name = info.name ?? "";
  const object = store.get(resource, resource.namespaced ? namespace : "", name);
  if (object === undefined) throw notFound(resource, name);
  return object;
}

/** GET of a collection, in pages when `limit` is given; a page continues from the objects as they are then. */
export function listObjects(store: Store, call: Call): Reply {
  const { resource, query, headers } = call;
  const selected = selectedObjects(store, call);
  const { page, metadata } = pageOf(selected, query);
  const list = { resourceVersion: String(store.revision()), ...metadata };
  if (wantsTable(headers)) return { status: 200, body: tableOf(resource, page, list) };
  const body = {
    kind: `${resource.kind}List`,
    apiVersion: groupVersionOf(resource),
    metadata: list,
    // Items of a list carry no kind of their own.
    items: page.map(({ kind: _kind, apiVersion: _apiVersion, ...item }) => item),
  };
  return { status: 200, body };
}

/** The objects that a call selects. @throws ApiError 400 for a selector that can't be read. */
export function selectedObjects(store: Store, call: Call): readonly KubeObject[] {
  const { resource, namespace } = call;
  const isSelected = selectorOf(call);
  return store.list(resource, namespace === "" ? undefined : namespace).filter(isSelected);
}

/** What a call's name, labelSelector and fieldSelector let through. */
export function selectorOf({ resource, query, info }: Pick<Call, "resource" | "query" | "info">): Selector {
  const byLabels = parseLabelSelector(query.get("labelSelector") ?? "");
  const byFields = parseFieldSelector(resource, query.get("fieldSelector") ?? "");
  const { name } = info;
  return (object) =>
    byLabels(object) && byFields(object) && (name === undefined || object.metadata.name === name);
}

interface Page {
  readonly page: readonly KubeObject[];
  readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number };
}

function pageOf(objects: readonly KubeObject[], query: URLSearchParams): Page {
  const limit = Number(query.get("limit") ?? 0);
  const after = decodeContinue(query.get("continue") ?? "");
  const rest = objects.filter((object) => after === undefined || idOf(object) > after);
  if (!(limit > 0) || rest.length <= limit) return { page: rest, metadata: {} };
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const token = Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", start: last && idOf(last) })).toString(
    "base64url",
  );
  const isFiltered = query.has("labelSelector") || query.has("fieldSelector");
  return {
    page,
    metadata: { continue: token, ...(!isFiltered && { remainingItemCount: rest.length - limit }) },
  };
}

function decodeContinue(token: string): string | undefined {
  if (token === "") return undefined;
  try {
    return (JSON.parse(Buffer.from(token, "base64url").toString()) as { readonly start: string }).start;
  } catch {
    throw badRequest("continue key is not valid: illegal base64 data");
  }
}

function idOf({ metadata }: KubeObject): string {
  return keyOf(metadata.namespace, metadata.name);
}

/** A list's name for its objects, as discovery and kubectl have it. */
export function singularOf({ kind }: Resource): string {
  return kind.toLowerCase();
}
