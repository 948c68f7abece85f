import type { PolicyDocument, Statement } from "./document.ts";
import { parseOperator } from "./operators.ts";
import { isObject, toList } from "./shape.ts";

/**
 * The document as JSON in one form for all that mean the same, to compare or digest it. A single value and its list
 * are one, and the order of statements, elements, keys and values does not count, nor does the case of actions,
 * operators and condition keys. `Sid` and `Id` count: they mean nothing to IAM, but something to their owner.
 */
export function canonicalJson(document: PolicyDocument): string {
  const { Version = "2008-10-17", Statement: statements, ...rest } = document;
  const sorted = toList(statements).map(canonicalStatement).toSorted();
  return sortedJson({ ...rest, Version, Statement: sorted });
}

/** True if the two documents say the same, by `canonicalJson`. */
export function sameDocument(one: PolicyDocument, other: PolicyDocument): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

/** True if the two statements say the same, by the rules of `canonicalJson`. */
export function sameStatement(one: Statement, other: Statement): boolean {
  return canonicalStatement(one) === canonicalStatement(other);
}

/** The statement as JSON in one form for all that mean the same, by the rules of `canonicalJson`. */
export function canonicalStatement(statement: unknown): string {
  if (!isObject(statement)) return sortedJson(statement);
  return sortedJson(mapValues(statement, (value, element) => canonicalElement(element, value)));
}

function canonicalElement(element: string, value: unknown): unknown {
  switch (element) {
    case "Action":
    case "NotAction":
      return sortedSet(value, (action) => action.toLowerCase());
    case "Resource":
    case "NotResource":
      return sortedSet(value);
    case "Principal":
    case "NotPrincipal":
      return isObject(value) ? mapValues(value, (ids) => sortedSet(ids)) : value;
    case "Condition":
      return canonicalCondition(value);
    default:
      return value;
  }
}

/** A list of operator, key and values, since two keys may differ in case only. */
function canonicalCondition(block: unknown): unknown {
  if (!isObject(block)) return block;
  const conditions = Object.entries(block).flatMap(([name, keys]) => {
    const operator = parseOperator(name)?.name ?? name;
    if (!isObject(keys)) return [[operator, keys]];
    return Object.entries(keys).map(([key, values]) => [operator, key.toLowerCase(), sortedSet(values)]);
  });
  return conditions.map((condition) => sortedJson(condition)).toSorted();
}

function sortedSet(raw: unknown, normal: (text: string) => string = String): readonly string[] {
  const texts = toList(raw).map((item) => (typeof item === "string" ? normal(item) : sortedJson(item)));
  return [...new Set(texts)].toSorted();
}

function mapValues(
  record: Readonly<Record<string, unknown>>,
  change: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

function sortedJson(value: unknown): string {
  const sort = (_key: string, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).toSorted(byKey)) : inner;
  return JSON.stringify(value, sort) ?? "";
}

/** No object has a key twice. */
function byKey([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}
