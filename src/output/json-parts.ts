import type { NotRead } from "../model/access-answers.ts";
import { isJsonObject, type JsonObject } from "../model/target-record.ts";

/** The objects of a list in JSON, which may be anything else. */
export function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The texts of a list in JSON. */
export function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** A text in JSON; empty where there is none. */
export function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A number in JSON; 0 where there is none. */
export function numberIn(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** What could not be read, as results have it. */
export function notReadIn({ notRead }: JsonObject): readonly NotRead[] {
  return objectsIn(notRead).map(({ what, code, message }) => ({
    what: textIn(what),
    code: textIn(code),
    message: textIn(message),
  }));
}
