import { equalJson, isList, isObject, type Json, type JsonObject } from "./json.ts";
import { isSetList, listKey } from "./keyed-lists.ts";

const ORDER = "$setElementOrder/";
const DELETE_FROM = "$deleteFromPrimitiveList/";

/**
 * Applies a strategic merge patch: as a merge patch, but items of keyed lists are merged one by one, and `$patch`,
 * `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…` are obeyed.
 * Source: Kubernetes documentation, "Update API Objects in Place Using kubectl patch"; the notes on strategic merge
 * patch in the API conventions.
 */
export function strategicMerge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  if (patch["$patch"] === "replace") return withoutDirectives(patch);
  const base = retained(isObject(target) ? target : {}, patch["$retainKeys"]);
  const result: Record<string, Json> = { ...base };
  for (const [member, value] of Object.entries(patch)) {
    if (member.startsWith(DELETE_FROM)) removeItems(result, member.slice(DELETE_FROM.length), value);
    else if (member.startsWith("$")) continue;
    else if (value === null) delete result[member];
    else result[member] = mergeMember(member, result[member], value, patch[`${ORDER}${member}`]);
  }
  return result;
}

function mergeMember(name: string, target: Json | undefined, patch: Json, order: Json | undefined): Json {
  if (!isList(patch)) return strategicMerge(target, patch);
  const current = isList(target) ? target : [];
  if (patch.some(isReplaceMarker)) return patch.filter((item) => !isReplaceMarker(item));
  if (isSetList(name)) return [...current, ...patch.filter((item) => !current.includes(item))];
  const key = listKey(name, current, patch);
  return key === undefined ? patch : ordered(mergeItems(current, patch, key), key, order);
}

function mergeItems(current: readonly Json[], patch: readonly Json[], key: string): readonly Json[] {
  const items = [...current];
  for (const change of patch) {
    const index = items.findIndex((item) => keyOf(item, key) === keyOf(change, key));
    if (isObject(change) && change["$patch"] === "delete") {
      if (index >= 0) items.splice(index, 1);
    } else if (index < 0) items.push(strategicMerge({}, change));
    else items[index] = strategicMerge(items[index], change);
  }
  return items;
}

/** Puts the items in the order that the patch names; what it does not name goes last. */
function ordered(items: readonly Json[], key: string, order: Json | undefined): readonly Json[] {
  if (!isList(order)) return items;
  const wanted = order.map((item) => keyOf(item, key));
  const rank = (item: Json) =>
    wanted.includes(keyOf(item, key)) ? wanted.indexOf(keyOf(item, key)) : Infinity;
  return items.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}

function removeItems(object: Record<string, Json>, member: string, items: Json): void {
  const current = object[member];
  if (!isList(current) || !isList(items)) return;
  object[member] = current.filter((value) => !items.some((item) => equalJson(item, value)));
}

function retained(target: JsonObject, keys: Json | undefined): JsonObject {
  if (!isList(keys)) return target;
  return Object.fromEntries(Object.entries(target).filter(([member]) => keys.includes(member)));
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([member]) => !member.startsWith("$")));
}

function isReplaceMarker(item: Json): boolean {
  return isObject(item) && item["$patch"] === "replace";
}

function keyOf(item: Json, key: string): Json | undefined {
  return isObject(item) ? item[key] : undefined;
}
