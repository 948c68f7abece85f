import type { FieldsV1 } from "../model/object.ts";
import { canonical, isList, isObject, type Json, type JsonObject } from "./json.ts";
import { listKey } from "./keyed-lists.ts";

/** The way to a field, as FieldsV1 writes its steps: `f:spec`, `k:{"name":"app"}`, and `.` for an item itself. */
export type FieldPath = readonly string[];

/** Fields, and what each holds; keyed by {@link pathId}. */
export type FieldValues = ReadonlyMap<string, Json>;

/** Fields of the metadata that the API server itself owns. */
const SERVER_FIELDS = new Set([
  "name",
  "namespace",
  "generateName",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "managedFields",
]);

/** A path as a key of a map or a set. */
export function pathId(path: FieldPath): string {
  return JSON.stringify(path);
}

/** The path behind {@link pathId}. */
export function pathOf(id: string): FieldPath {
  return JSON.parse(id) as FieldPath;
}

/** The fields of an object that writers can own: every value that is not itself taken apart further. */
export function fieldValues(object: JsonObject): FieldValues {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object;
  const own = isObject(metadata)
    ? Object.fromEntries(Object.entries(metadata).filter(([member]) => !SERVER_FIELDS.has(member)))
    : {};
  return new Map([...leavesOfMembers(own, ["f:metadata"]), ...leavesOfMembers(rest, [])]);
}

function leavesOfMembers(object: JsonObject, path: FieldPath): [string, Json][] {
  return Object.entries(object).flatMap(([member, value]) => leaves(member, value, [...path, `f:${member}`]));
}

function leaves(name: string, value: Json, path: FieldPath): [string, Json][] {
  if (value === undefined) return [];
  if (isObject(value) && Object.keys(value).length > 0) return leavesOfMembers(value, path);
  const key = isList(value) && value.length > 0 ? listKey(name, value) : undefined;
  if (!isList(value) || key === undefined) return [[pathId(path), value]];
  return value.filter(isObject).flatMap((item) => {
    const step = `k:${canonical({ [key]: item[key] })}`;
    return [[pathId([...path, step, "."]), true], ...leavesOfMembers(item, [...path, step])] as [
      string,
      Json,
    ][];
  });
}

/** The tree of these fields. */
export function toFieldsV1(ids: Iterable<string>): FieldsV1 {
  const root: MutableFields = {};
  for (const id of ids) {
    let at = root;
    for (const step of pathOf(id)) at = at[step] ??= {};
  }
  return root;
}

interface MutableFields {
  [segment: string]: MutableFields;
}

/** The fields of a tree. */
export function fromFieldsV1(fields: FieldsV1, path: FieldPath = []): ReadonlySet<string> {
  const ids = Object.entries(fields).flatMap(([step, below]) => {
    const at = [...path, step];
    return Object.keys(below).length === 0 ? [pathId(at)] : [...fromFieldsV1(below, at)];
  });
  return new Set(ids);
}

/** The object without that field; containers that it leaves empty stay. */
export function withoutField(object: Json, path: FieldPath): Json {
  const [step = "", next, ...rest] = path;
  if (isList(object)) return withoutItemField(object, step, next === undefined ? [] : [next, ...rest]);
  if (!isObject(object)) return object;
  const member = step.slice(2);
  const value = object[member];
  if (value === undefined) return object;
  if (next !== undefined) return { ...object, [member]: withoutField(value, [next, ...rest]) };
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== member));
}

function withoutItemField(list: readonly Json[], step: string, rest: FieldPath): Json {
  const key = Object.entries(JSON.parse(step.slice(2)) as JsonObject);
  const isItem = (item: Json) => isObject(item) && key.every(([member, value]) => item[member] === value);
  if (rest[0] === ".") return list.filter((item) => !isItem(item));
  return list.map((item) => (isItem(item) ? withoutField(item, rest) : item));
}

/** The field as messages name it: `.spec.containers[name="app"].image`. */
export function describePath(path: FieldPath): string {
  return path
    .filter((step) => step !== ".")
    .map((step) => {
      if (!step.startsWith("k:")) return `.${step.slice(2)}`;
      const keys = Object.entries(JSON.parse(step.slice(2)) as JsonObject);
      return `[${keys.map(([member, value]) => `${member}=${JSON.stringify(value)}`).join(",")}]`;
    })
    .join("");
}
