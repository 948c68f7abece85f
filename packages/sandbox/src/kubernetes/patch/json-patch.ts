import library, { type Operation } from "fast-json-patch";
import type { Json } from "./json.ts";

/** One operation. Source: RFC 6902. */
export type JsonPatchOperation = Operation;

/**
 * Applies a JSON Patch to a copy.
 * @throws Error where the patch is not one, when a path does not exist, or when a test fails
 */
export function jsonPatch(document: Json, operations: unknown): Json {
  return library.applyPatch(document, operations as Operation[], true, false).newDocument;
}
