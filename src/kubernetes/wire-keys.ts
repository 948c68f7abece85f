import { Failure } from "../model/failure.ts";
import { fieldNamesIn, isFieldSet } from "./field-set.ts";
import { anything, listOf, object, optional } from "./answer.ts";

/**
 * The media type of an object's metadata without its content: no value of a Secret leaves the API server.
 * Source: Kubernetes, "API Concepts" (metadata-only fetches).
 */
export const METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json";

/** The fields that somebody has set, by name: the keys of a ConfigMap or Secret are among them. */
export const KEYED_OBJECT = object({
  metadata: object({ managedFields: optional(listOf(object({ fieldsV1: optional(anything) }))) }),
});

/** The fields that hold the keys. Source: Kubernetes API reference, ConfigMap and Secret v1. */
const HOLDERS = ["data", "binaryData", "stringData"];

/**
 * The names of the keys, by the fields that the API server tracks.
 * @throws Failure `keys-untracked` if it tracks none: the object may have keys all the same
 */
export function keyNamesOf(what: string, { metadata }: ReturnType<typeof KEYED_OBJECT>): readonly string[] {
  const sets = (metadata.managedFields ?? []).map(({ fieldsV1 }) => fieldsV1).filter(isFieldSet);
  if (sets.length === 0)
    throw new Failure(
      "failed",
      "keys-untracked",
      `${what}: the names of its keys are not in metadata.managedFields`,
    );
  const names = sets.flatMap((set) => HOLDERS.flatMap((holder) => fieldNamesIn(set, holder)));
  return [...new Set(names)].toSorted();
}
