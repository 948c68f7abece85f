import { readJson, shownKey } from "../../model/json.ts";
import { Malformed } from "./malformed.ts";

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The JSON object that a text holds.
 * @throws Malformed with line and column
 */
export function readJsonObject(text: string): JsonObject {
  const value = parse(text);
  if (isObject(value)) return value;
  throw new Malformed("is not a JSON object");
}

function parse(text: string): unknown {
  const read = readJson(text);
  if (read.ok) return read.value;
  throw new Malformed(read.problem.message, read.problem.line, read.problem.column);
}

/** True of a JSON object, not of a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member that is a text, or `undefined`. */
export function textAt(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}

/**
 * A member's objects; none if it is absent.
 * @throws Malformed if it is there and no list of objects
 */
export function objectsAt(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key] ?? [];
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw new Malformed(`'${shownKey(key)}' is not a list of objects`);
}

/**
 * A member's entries; none if it is absent.
 * @throws Malformed if it is there and no object of objects
 */
export function entriesAt(object: JsonObject, key: string): [name: string, value: JsonObject][] {
  const value = object[key] ?? {};
  const entries = isObject(value) ? Object.entries(value) : undefined;
  if (entries?.every((entry): entry is [string, JsonObject] => isObject(entry[1])) === true) return entries;
  throw new Malformed(`'${shownKey(key)}' is not an object of objects`);
}
