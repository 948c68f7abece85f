import { literalPattern, patternOf, type Pattern } from "./match.ts";

/**
 * The values of a condition key in the request: an empty list where it is absent, or that nobody can know them;
 * `present`: that there are some.
 */
export type KeyValues = readonly string[] | "present" | "unknown";

/** Finds what is known of a condition key; key names are case-insensitive. */
export type Lookup = (key: string) => KeyValues;

/** A policy value with its variables filled in; or one of them has no value; or the keys that it waits for. */
export type Expanded =
  | { readonly state: "known"; readonly pattern: Pattern }
  | { readonly state: "null" }
  | { readonly state: "unknown"; readonly keys: readonly string[] };

const VARIABLE = /\$\{(?:([*?$])|([^},']+)(?:,\s*'([^']*)')?\s*)\}/g;

/**
 * Substitutes the policy variables `${key}`, `${key, 'default'}`, `${*}`, `${?}` and `${$}`. Substituted text is
 * literal: a `*` in it is not a wildcard. Source: IAM User Guide, "IAM policy elements: Variables and tags".
 */
export function expandVariables(text: string, lookup: Lookup): Expanded {
  const pattern: Pattern[number][] = [];
  const unknown: string[] = [];
  let isNull = false;
  let end = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const [whole, special, key = "", fallback] = match;
    const values = special === undefined ? variableValues(key, fallback, lookup) : [special];
    for (const piece of patternOf(text.slice(end, match.index))) pattern.push(piece);
    for (const piece of literalPattern(values[0] ?? "")) pattern.push(piece);
    if (values === "unknown") unknown.push(key);
    else if (values.length === 0) isNull = true;
    end = match.index + whole.length;
  }
  if (isNull) return { state: "null" };
  if (unknown.length > 0) return { state: "unknown", keys: unknown };
  return { state: "known", pattern: [...pattern, ...patternOf(text.slice(end))] };
}

/** True if the text holds a policy variable. */
export function hasVariable(text: string): boolean {
  return text.search(VARIABLE) >= 0;
}

/** One value, or none. A key with several values can't be a variable, so what IAM then does is unknown. */
function variableValues(
  key: string,
  fallback: string | undefined,
  lookup: Lookup,
): readonly string[] | "unknown" {
  const values = lookup(key);
  if (typeof values === "string" || values.length > 1) return "unknown";
  return values.length === 0 && fallback !== undefined ? [fallback] : values;
}
