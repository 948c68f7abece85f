/** A set of fields as `metadata.managedFields` has it. Source: Kubernetes API reference, FieldsV1. */
export type FieldSet = Readonly<Record<string, unknown>>;

/** The names of the fields that a set has under a path of fields. */
export function fieldNamesIn(set: unknown, ...path: readonly string[]): string[] {
  const [first, ...rest] = path;
  if (!isFieldSet(set)) return [];
  if (first !== undefined) return fieldNamesIn(set[`f:${first}`], ...rest);
  return Object.keys(set).flatMap((field) => (field.startsWith("f:") ? [field.slice("f:".length)] : []));
}

/** True for what can be a set of fields. */
export function isFieldSet(value: unknown): value is FieldSet {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
