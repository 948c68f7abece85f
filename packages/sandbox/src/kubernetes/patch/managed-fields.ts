import type { KubeObject, ManagedFieldsEntry } from "../model/object.ts";
import { timestamp } from "../model/object.ts";
import { fieldValues, fromFieldsV1, toFieldsV1, type FieldValues } from "./field-set.ts";
import { equalJson, type JsonObject } from "./json.ts";

/** Who writes, and by which door. */
export interface Writer {
  readonly manager: string;
  readonly subresource?: string;
}

/**
 * The ownership after a create or an update: the writer owns what it changed, whoever had it before.
 * Source: Kubernetes documentation, "Server-Side Apply", field management.
 */
export function trackUpdate(
  previous: KubeObject | undefined,
  next: KubeObject,
  writer: Writer,
): readonly ManagedFieldsEntry[] {
  const before = previous === undefined ? new Map<string, never>() : fieldValues(asJson(previous));
  const after = fieldValues(asJson(next));
  const changed = new Set(changedFields(before, after));
  const gone = new Set([...before.keys()].filter((id) => !after.has(id)));
  const entries = previous?.metadata.managedFields ?? [];
  const mine = entries.find((entry) => isBy(entry, writer));
  const owned = new Set([...(mine === undefined ? [] : fromFieldsV1(mine.fieldsV1)), ...changed]);
  const written =
    changed.size === 0
      ? []
      : [
          entryOf(
            next,
            writer,
            "Update",
            [...owned].filter((id) => after.has(id)),
          ),
        ];
  // Each entry keeps its place: a write that changes nothing must not look like one that does.
  const kept = entries.flatMap((entry) => {
    if (entry !== mine) return restrict(entry, (id) => !changed.has(id) && !gone.has(id));
    return changed.size === 0 ? restrict(entry, (id) => !gone.has(id)) : written;
  });
  return mine === undefined ? [...kept, ...written] : kept;
}

/** A new entry, written now. */
export function entryOf(
  object: KubeObject,
  { manager, subresource }: Writer,
  operation: ManagedFieldsEntry["operation"],
  ids: Iterable<string>,
): ManagedFieldsEntry {
  return {
    manager,
    operation,
    apiVersion: object.apiVersion,
    time: timestamp(),
    fieldsType: "FieldsV1",
    fieldsV1: toFieldsV1(ids),
    ...(subresource !== undefined && { subresource }),
  };
}

/** The entry with only the fields that `keep` lets through; none when nothing is left. */
export function restrict(
  entry: ManagedFieldsEntry,
  keep: (id: string) => boolean,
): readonly ManagedFieldsEntry[] {
  const ids = fromFieldsV1(entry.fieldsV1);
  const kept = [...ids].filter(keep);
  if (kept.length === ids.size) return [entry];
  return kept.length === 0 ? [] : [{ ...entry, fieldsV1: toFieldsV1(kept) }];
}

/** An object of the API as plain JSON, which it is. */
export function asJson(object: KubeObject): JsonObject {
  return object as unknown as JsonObject;
}

function changedFields(before: FieldValues, after: FieldValues): readonly string[] {
  return [...after].filter(([id, value]) => !equalJson(before.get(id), value)).map(([id]) => id);
}

function isBy(entry: ManagedFieldsEntry, { manager, subresource }: Writer): boolean {
  return entry.manager === manager && entry.operation === "Update" && entry.subresource === subresource;
}
