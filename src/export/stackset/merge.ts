import { isDeepStrictEqual } from "node:util";
import { base32Digest } from "../../model/digest.ts";
import { Failure } from "../../model/failure.ts";
import { isObject, type Json } from "../../model/trust-policy/shape.ts";
import { jsonText } from "../../output/json.ts";
import type { Place, Variable } from "./place.ts";
import { substituted } from "./substitute.ts";

/** Values of all places as one, and what is looked up in each. */
export interface Merged {
  readonly value: unknown;
  /** By name, by region, by AWS account. */
  readonly Mappings: Readonly<Record<string, Mapping>>;
}

type Mapping = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Why a stack set can't be made. */
export function notExpressible(reasons: readonly string[]): Failure {
  return new Failure("refused", "not-expressible", "a stack set can't express what is to be exported", {
    facts: [["not expressible", reasons]],
  });
}

/** The properties that may also be a text: keys of a policy's conditions can't hold a function. */
const DOCUMENTS = new Set(["AssumeRolePolicyDocument", "PolicyDocument"]);

/**
 * One value that is each of these in its place: equal parts are literals, other texts are composed of the place's own values
 * where they can be, and else looked up by region and AWS account.
 * @throws Failure `not-expressible` for values that differ in their form
 */
export function merged(values: readonly unknown[], places: readonly Place[]): Merged {
  const mappings = new Map<string, readonly string[]>();
  const value = mergedAt([], values, { places, mappings });
  const entries = [...mappings].map(([name, texts]) => [name, mapping(texts, places)] as const);
  return { value, Mappings: Object.fromEntries(entries) };
}

interface Merging {
  readonly places: readonly Place[];
  readonly mappings: Map<string, readonly string[]>;
}

function mergedAt(path: readonly string[], values: readonly unknown[], merging: Merging): unknown {
  const [first] = values;
  const part = (label: string, parts: readonly unknown[]) => mergedAt([...path, label], parts, merging);
  if (values.every((value) => isDeepStrictEqual(value, first))) return first;
  if (values.every((value) => typeof value === "string")) return text(path, values, merging);
  if (values.every(isList) && isList(first) && values.every(({ length }) => length === first.length))
    return first.map((item, at) => {
      const items = values.map((value) => value[at]);
      return part(labelOf(item, at), items);
    });
  const isDocument = DOCUMENTS.has(path.at(-1) ?? "");
  if (isDocument && !haveOneForm(values))
    return text(
      path,
      values.map((value) => jsonText(value, 0)),
      merging,
    );
  if (!values.every(isObject) || !haveSameKeys(values))
    throw notExpressible([`${["the resources", ...path].join(" ")}: not of one form in all clusters`]);
  const entries = Object.keys(values[0] ?? {}).map((key) => {
    const fields = values.map((value) => value[key]);
    return [key, part(key, fields)] as const;
  });
  return Object.fromEntries(entries);
}

function text(path: readonly string[], texts: readonly string[], { places, mappings }: Merging): object {
  const found = substituted(texts, places);
  if (found === undefined) {
    const name = nameFor(path, texts, mappings);
    mappings.set(name, texts);
    return lookUp(name);
  }
  const own = found.used.filter((name) => !name.startsWith("AWS::"));
  for (const name of own) mappings.set(name, valuesOf(name, places));
  if (own.length === 0) return { "Fn::Sub": found.text };
  return { "Fn::Sub": [found.text, Object.fromEntries(own.map((name) => [name, lookUp(name)]))] };
}

function lookUp(name: string): object {
  return { "Fn::FindInMap": [name, { Ref: "AWS::Region" }, { Ref: "AWS::AccountId" }] };
}

function valuesOf(name: Variable, places: readonly Place[]): readonly string[] {
  return places.map(({ values }) => values[name]);
}

/** Letters and digits; the path's, with a digest only where another has that name. */
function nameFor(path: readonly string[], texts: readonly string[], mappings: Merging["mappings"]): string {
  const name = path
    .filter((key) => key !== "Properties")
    .join("")
    .replaceAll(/[^A-Za-z0-9]/g, "");
  const same = mappings.get(name);
  return same === undefined || isDeepStrictEqual(same, texts)
    ? name
    : `${name}${base32Digest(path.join("\0"), 8)}`;
}

function mapping(texts: readonly string[], places: readonly Place[]): Mapping {
  const regions = [...new Set(places.map(({ region }) => region))];
  const within = (region: string) =>
    places.flatMap((place, at) =>
      place.region === region ? [[place.awsAccount, texts[at] ?? ""] as const] : [],
    );
  return Object.fromEntries(regions.map((region) => [region, Object.fromEntries(within(region))]));
}

/** The key of a tag rather than its position, so that a name stays the same with a tag more. */
function labelOf(item: unknown, at: number): string {
  const { Key, PolicyName } = isObject(item) ? item : {};
  return typeof Key === "string" ? Key : typeof PolicyName === "string" ? PolicyName : String(at);
}

/** True if they differ in nothing but texts. */
function haveOneForm(values: readonly unknown[]): boolean {
  const [first] = values;
  if (values.every((value) => typeof value === "string")) return true;
  if (values.every(isList) && isList(first))
    return (
      values.every(({ length }) => length === first.length) &&
      first.every((_, at) => haveOneForm(values.map((value) => value[at])))
    );
  if (values.every(isObject))
    return (
      haveSameKeys(values) &&
      Object.keys(values[0] ?? {}).every((key) => haveOneForm(values.map((value) => value[key])))
    );
  return values.every((value) => value === first);
}

function haveSameKeys(values: readonly Json[]): boolean {
  return new Set(values.map((value) => JSON.stringify(Object.keys(value).toSorted()))).size === 1;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
