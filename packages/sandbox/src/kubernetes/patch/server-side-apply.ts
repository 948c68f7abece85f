import type { KubeObject, ManagedFieldsEntry } from "../model/object.ts";
import { withMetadata } from "../model/object.ts";
import { ApiError, type StatusCause } from "../model/status.ts";
import {
  describePath,
  fieldValues,
  fromFieldsV1,
  pathOf,
  withoutField,
  type FieldValues,
} from "./field-set.ts";
import { equalJson, type Json } from "./json.ts";
import { asJson, entryOf, restrict } from "./managed-fields.ts";
import { strategicMerge } from "./strategic-merge.ts";

/** Who applies, and whether what others own is taken from them. */
export interface Applier {
  readonly manager: string;
  readonly force: boolean;
}

/**
 * Server-side apply, as far as lists are keyed or plain: merges what is applied into the live object, takes away what
 * this manager had applied before and no longer does, and notes who owns what.
 * Source: Kubernetes documentation, "Server-Side Apply".
 * @throws ApiError 409 when another manager owns a field that would change, unless forced.
 */
export function serverSideApply(
  live: KubeObject | undefined,
  applied: KubeObject,
  applier: Applier,
): KubeObject {
  const wanted = fieldValues(asJson(applied));
  const entries = live?.metadata.managedFields ?? [];
  const mine = entries.find((entry) => isMine(entry, applier));
  const others = entries.filter((entry) => entry !== mine);
  const taken = live === undefined ? [] : takenFields(live, wanted, others);
  if (taken.length > 0 && !applier.force) throw applyConflict(taken);
  const released = (mine === undefined ? [] : [...fromFieldsV1(mine.fieldsV1)])
    .filter((id) => !wanted.has(id) && !others.some((entry) => fromFieldsV1(entry.fieldsV1).has(id)))
    // Items go before their own fields, which are then gone with them.
    .toSorted((a, b) => pathOf(a).length - pathOf(b).length);
  const merged = strategicMerge(live && asJson(live), asJson(applied));
  const result = released.reduce<Json>((object, id) => withoutField(object, pathOf(id)), merged);
  const takenIds = new Set(taken.map(({ id }) => id));
  const kept = others.flatMap((entry) => restrict(entry, (id) => !takenIds.has(id)));
  return withMetadata(result as unknown as KubeObject, {
    managedFields: [...kept, entryOf(applied, applier, "Apply", wanted.keys())],
  });
}

interface TakenField {
  readonly id: string;
  readonly entry: ManagedFieldsEntry;
}

function takenFields(
  live: KubeObject,
  wanted: FieldValues,
  others: readonly ManagedFieldsEntry[],
): readonly TakenField[] {
  const current = fieldValues(asJson(live));
  const changes = [...wanted].filter(([id, value]) => !equalJson(current.get(id), value)).map(([id]) => id);
  return others.flatMap((entry) => {
    const owned = fromFieldsV1(entry.fieldsV1);
    return changes.filter((id) => owned.has(id)).map((id) => ({ id, entry }));
  });
}

function applyConflict(taken: readonly TakenField[]): ApiError {
  const causes = taken.map(({ id, entry }): StatusCause => ({
    reason: "FieldManagerConflict",
    message: `conflict with "${entry.manager}" using ${entry.apiVersion}`,
    field: describePath(pathOf(id)),
  }));
  const [first] = causes;
  const message =
    causes.length === 1
      ? `Apply failed with 1 conflict: ${first?.message}: ${first?.field}`
      : `Apply failed with ${causes.length} conflicts: ${causes.map(({ message, field }) => `${message}: ${field}`).join("\n")}`;
  return new ApiError(409, "Conflict", message, { causes });
}

function isMine(entry: ManagedFieldsEntry, { manager }: Applier): boolean {
  return entry.manager === manager && entry.operation === "Apply";
}
