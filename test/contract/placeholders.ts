/** Values that a case's steps have kept, by name. */
export type Kept = Map<string, string>;

/** The value with `{name}` replaced in all its strings, also in those that asymmetric matchers look for. */
export function filled<T>(value: T, kept: Kept): T {
  if (typeof value === "string") return fillText(value, kept) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => filled(item, kept)) as T;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof RegExp || value instanceof Date) return value;
  if ("asymmetricMatch" in value)
    return Object.assign(Object.create(value) as T & object, filledSample(value, kept));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [fillText(key, kept), filled(member, kept)]),
  ) as T;
}

/** Keeps values of an answer: name → path, as in `status.token` or `items.0.metadata.name`. */
export function keep(kept: Kept, answer: unknown, paths: Readonly<Record<string, string>> = {}): void {
  for (const [name, path] of Object.entries(paths)) kept.set(name, String(at(answer, path)));
}

function filledSample(matcher: object, kept: Kept): object {
  const { sample } = matcher as { readonly sample?: unknown };
  return typeof sample === "function" ? {} : { sample: filled(sample, kept) };
}

function fillText(text: string, kept: Kept): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => kept.get(name) ?? whole);
}

function at(answer: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], answer);
}
