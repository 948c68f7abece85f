import type { KubeObject } from "../model/object.ts";
import { isList, isObject, type Json } from "../patch/json.ts";

/** The maps of the API that are left out when empty; other empty objects are structures, and stay. */
const MAPS = new Set([
  "annotations",
  "binaryData",
  "data",
  "labels",
  "limits",
  "matchLabels",
  "nodeSelector",
  "requests",
  "stringData",
]);

/**
 * The object as it comes back from the API server: lists and maps that are empty are not there (but a role's
 * `rules`, which are null), nor is anything that is null. Source: the `omitempty` of the Kubernetes API's Go types.
 */
export function withoutEmpties<T extends KubeObject>(object: T): T {
  return cleaned(object as unknown as Json) as unknown as T;
}

function cleaned(value: Json): Json {
  if (isList(value)) return value.map(cleaned);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([member, inner]): [string, Json][] => {
      if (member === "rules" && isList(inner) && inner.length === 0) return [[member, null]];
      if (member === "managedFields") return [[member, inner]];
      return isAbsent(member, inner) ? [] : [[member, cleaned(inner)]];
    }),
  );
}

function isAbsent(member: string, value: Json | undefined): boolean {
  if (value === undefined || value === null) return member !== "rules";
  if (isList(value)) return value.length === 0;
  return MAPS.has(member) && isObject(value) && Object.keys(value).length === 0;
}
