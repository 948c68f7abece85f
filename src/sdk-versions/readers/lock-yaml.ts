import { shownKey } from "../../model/json.ts";
import type { LockMap, LockNode } from "../../syntax/lock-yaml-inline.ts";
import { readLockYaml } from "../../syntax/lock-yaml.ts";
import { Malformed } from "./malformed.ts";

/**
 * The mappings that a YAML file consists of, one a document.
 * @throws Malformed with line and column
 */
export function readLockMaps(text: string): LockMap[] {
  const read = readLockYaml(text);
  if (!read.ok) throw new Malformed(read.problem.message, read.problem.line, read.problem.column);
  return read.documents.map((document) => {
    if (document.kind !== "map") throw new Malformed("is not a YAML mapping");
    return document;
  });
}

/** A member that is a text, or `undefined`. */
export function scalarAt(map: LockMap, key: string): string | undefined {
  const value = map.entries.get(key)?.value;
  return value?.kind === "scalar" && value.text !== "" ? value.text : undefined;
}

/**
 * A member that is a mapping; an empty one if it is absent.
 * @throws Malformed if it is anything else
 */
export function mapAt(map: LockMap, key: string): LockMap {
  const entry = map.entries.get(key);
  if (entry === undefined) return { kind: "map", entries: new Map() };
  return asMap(entry.value, key, entry.line);
}

/**
 * A value that must be a mapping; none is an empty one.
 * @throws Malformed
 */
export function asMap(value: LockNode, key: string, line: number): LockMap {
  if (value.kind === "map") return value;
  if (value.kind === "scalar" && value.text === "") return { kind: "map", entries: new Map() };
  throw new Malformed(`'${shownKey(key)}' is not a mapping`, line);
}
