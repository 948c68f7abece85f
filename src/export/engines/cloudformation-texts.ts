/** The keys and the texts in a value. */
export interface Texts {
  readonly keys: readonly string[];
  readonly values: readonly string[];
}

/** All keys of objects and all texts within a value. */
export function textsIn(value: unknown): Texts {
  if (typeof value === "string") return { keys: [], values: [value] };
  if (typeof value !== "object" || value === null) return { keys: [], values: [] };
  const within = Object.values(value).map(textsIn);
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return {
    keys: [...own, ...within.flatMap(({ keys }) => keys)],
    values: within.flatMap(({ values }) => values),
  };
}
