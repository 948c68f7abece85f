/** Any JSON value; objects and lists are never changed in place. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [member: string]: Json;
}

/** True for an object, not a list. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

/** True for a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** True when both are the same JSON; the order of members does not count. */
export function equalJson(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

/** JSON with the members of every object in one order, and without those that are undefined. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, member: Json) =>
      isObject(member)
        ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    ) ?? ""
  );
}
