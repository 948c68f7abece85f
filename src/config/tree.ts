import type { Place } from "./place.ts";

/** What is in a file, each part with its place. */
export type Tree = TreeMap | TreeList | TreeScalar;

/** A mapping, its keys in the file's order. */
export interface TreeMap {
  readonly kind: "map";
  readonly at: Place;
  readonly entries: readonly TreeEntry[];
}

/** A key of a mapping, and what is under it. */
export interface TreeEntry {
  readonly key: string;
  readonly keyAt: Place;
  readonly value: Tree;
}

/** A sequence. */
export interface TreeList {
  readonly kind: "list";
  readonly at: Place;
  readonly items: readonly Tree[];
}

/** A single value, and how it is written. */
export interface TreeScalar {
  readonly kind: "scalar";
  readonly at: Place;
  readonly value: string | number | boolean | null;
  readonly source: string;
}

/** What is under a field; `undefined` where there is nothing, or `null`. */
export function childOf(tree: Tree | undefined, field: string): Tree | undefined {
  if (tree?.kind !== "map") return undefined;
  const found = tree.entries.find(({ key }) => key === field)?.value;
  return isNull(found) ? undefined : found;
}

/** The fields of a mapping that have a value; none of anything else. */
export function entriesOf(tree: Tree | undefined): readonly TreeEntry[] {
  return tree?.kind === "map" ? tree.entries.filter(({ value }) => !isNull(value)) : [];
}

/** The items of a sequence; none of anything else. */
export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  return tree?.kind === "list" ? tree.items : [];
}

/** The text of a scalar that can stand for one: a number or boolean only if it is written as it is read. */
export function textOf(tree: Tree | undefined): string | undefined {
  if (tree?.kind !== "scalar" || tree.value === null) return undefined;
  const text = String(tree.value);
  return typeof tree.value === "string" || text === tree.source ? text : undefined;
}

/** True where `true` stands. */
export function isTrue(tree: Tree | undefined): boolean {
  return tree?.kind === "scalar" && tree.value === true;
}

/** The same as plain JSON. */
export function jsonOf(tree: Tree): unknown {
  switch (tree.kind) {
    case "map":
      return Object.fromEntries(tree.entries.map(({ key, value }) => [key, jsonOf(value)]));
    case "list":
      return tree.items.map(jsonOf);
    case "scalar":
      return tree.value;
  }
}

/** The place of a path as `Statement[0].Effect`, or of as much of it as is there. */
export function placeOf(tree: Tree, path: string): Place {
  const [, index, name, rest = ""] = /^\.?(?:\[(\d+)\]|([^.[]+))(.*)$/.exec(path) ?? [];
  const entry = tree.kind === "map" ? tree.entries.find(({ key }) => key === name) : undefined;
  const next = index === undefined ? entry?.value : itemsOf(tree)[Number(index)];
  if (next === undefined) return tree.at;
  return rest === "" && entry !== undefined ? entry.keyAt : placeOf(next, rest);
}

function isNull(tree: Tree | undefined): boolean {
  return tree?.kind === "scalar" && tree.value === null;
}
