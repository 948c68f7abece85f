import type { ExportModel, ResourceKind } from "./model.ts";

/**
 * An engine that keeps what a model has: a language, and what can be said in it.
 *
 * To add one: a file in `engines/` that exports an `Engine`, and its row in `all-engines.ts`. `write` is given only the kinds
 * of `kinds`; what `cannot` names stops the export before anything is printed. Texts are made by `yamlText`, `JSON.stringify`
 * or a writer of the language that quotes every value; a value is never put into a text as it is. Names within the text come
 * from `identifier.ts`, so that they stay the same between runs.
 */
export interface Engine {
  /** What it is called in messages, as `CloudFormation`. */
  readonly label: string;
  /** What it can keep; the rest is left out, with a note. */
  readonly kinds: readonly ResourceKind[];
  /** True if it only ever adds: namespaces are part of it without being asked for, since it never deletes one. */
  readonly neverDeletes?: true;
  /** The kinds whose resources it changes where they exist and it did not create them; others it would create again. */
  readonly changesExisting?: readonly ResourceKind[];
  /** What of the model the language can't express, a phrase each, with the resource's name. */
  readonly cannot: (model: ExportModel) => readonly string[];
  /** The namespace in which its own objects are by default, where it is a controller in a cluster. */
  readonly resourceNamespace?: string;
  /** @param resourceNamespace the namespace of its own objects, instead of the default */
  readonly write: (model: ExportModel, resourceNamespace?: string) => string;
  /** The separate file by which it imports what exists, where that is not part of the text. */
  readonly writeImports?: (model: ExportModel) => string;
}
