import { shownKey } from "../../model/json.ts";
import { isObject } from "../../model/trust-policy/shape.ts";

/** An object of a kubeconfig, its values not yet looked at. */
export type Json = Readonly<Record<string, unknown>>;

/** A kubeconfig holds credentials: what is wrong with one is told by its place, never by its text. */
export class Wrong extends Error {}

/** A mapping; empty where there is nothing, as kubectl takes it. @throws Wrong */
export function objectAt(value: unknown, path: string): Json {
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  throw new Wrong(`${path} must be a mapping`);
}

/** A list; empty where there is nothing. @throws Wrong */
export function listAt(object: Json, field: string, path: string): readonly unknown[] {
  const value = object[field] ?? [];
  if (Array.isArray(value)) return value;
  throw new Wrong(`${path}${shownKey(field)} must be a list`);
}

/** A list of strings. @throws Wrong */
export function textsAt(object: Json, field: string, path: string): readonly string[] {
  const list = listAt(object, field, path);
  if (list.every((one) => typeof one === "string")) return list;
  throw new Wrong(`${path}${shownKey(field)} must be a list of strings`);
}

/** A string; empty where there is nothing. @throws Wrong */
export function textAt(object: Json, field: string, path: string): string {
  const value = object[field] ?? "";
  if (typeof value === "string") return value;
  throw new Wrong(`${path}${shownKey(field)} must be a string`);
}

/** True or false; false where there is nothing. @throws Wrong */
export function flagAt(object: Json, field: string, path: string): boolean {
  const value = object[field] ?? false;
  if (typeof value === "boolean") return value;
  throw new Wrong(`${path}${field} must be true or false`);
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Base64; empty where there is nothing. @throws Wrong */
export function base64At(object: Json, field: string, path: string): string {
  const text = textAt(object, field, path).replaceAll(/[\r\n]/g, "");
  if (text.length % 4 === 0 && BASE64.test(text)) return text;
  throw new Wrong(`${path}${field} is not valid base64`);
}

/** The fields that have something in them. */
export function filled<T extends Readonly<Record<string, string>>>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "")) as Partial<T>;
}
