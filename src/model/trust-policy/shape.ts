import { excerpt } from "../excerpt.ts";
import { shownKey } from "../json.ts";

/** `trust`: who may assume a role; `identity`: what its holder may do. */
export type PolicyKind = "trust" | "identity";

/** What is wrong with a policy document, and where. */
export interface PolicyProblem {
  /** As `Statement[0].Effect`; empty for the whole document. */
  readonly path: string;
  /** Half a sentence that follows the path, without a full stop. */
  readonly message: string;
}

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** True for a JSON object. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The list behind IAM's one-or-many notation. */
export function toList(raw: unknown): readonly unknown[] {
  return Array.isArray(raw) ? raw : [raw];
}

/** The strings of that list. */
export function toStrings(raw: unknown): readonly string[] {
  return toList(raw).filter((item) => typeof item === "string");
}

/** A value as JSON for show, cut; `nothing` where there is none. What holds more than itself is not shown. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "a list";
  if (isObject(value)) return Object.keys(value).length === 0 ? "{}" : "an object";
  return JSON.stringify(typeof value === "string" ? excerpt(value) : value) ?? "nothing";
}

/** The problem, as a list of one. */
export function problem(path: string, message: string): readonly PolicyProblem[] {
  return [{ path, message }];
}

/** The elements that the grammar does not have; one in the wrong case is told so. */
export function unknownElements(
  path: string,
  value: Json,
  known: readonly string[],
): readonly PolicyProblem[] {
  const strange = Object.keys(value).filter((name) => !known.includes(name));
  return strange.flatMap((name) => {
    const meant = known.find((one) => one.toLowerCase() === name.toLowerCase());
    const at = path === "" ? shownKey(name) : `${path}.${shownKey(name)}`;
    return problem(at, meant === undefined ? "is not a valid policy element" : `must be spelled '${meant}'`);
  });
}

/** What is wrong with a list that must hold at least one string, or with the one string that stands for it. */
export function checkStrings(
  path: string,
  raw: unknown,
  checkOne: (path: string, text: string) => readonly PolicyProblem[],
): readonly PolicyProblem[] {
  if (Array.isArray(raw) && raw.length === 0) return problem(path, "must not be empty");
  return toList(raw).flatMap((item, index) => {
    const at = Array.isArray(raw) ? `${path}[${index}]` : path;
    return typeof item === "string"
      ? checkOne(at, item)
      : problem(at, `must be a string, not ${shown(item)}`);
  });
}
