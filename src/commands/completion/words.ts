import type { Flag, Place } from "./tree.ts";

/** A text as one word of a POSIX shell, or of fish, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The steps from a place to the next by a command's name, as `sandbox` and ` start`: what was typed, and where it leads. */
export function stepsOf(
  places: readonly Place[],
): readonly { readonly typed: string; readonly to: string }[] {
  return places.flatMap(({ at, commands }) =>
    commands
      .filter(({ name }) => places.some((place) => place.at === join(at, name)))
      .map(({ name }) => ({ typed: `${at} ${name}`, to: join(at, name) })),
  );
}

function join(at: string, name: string): string {
  return at === "" ? name : `${at} ${name}`;
}

/** The flags that take a value, those alike together, each with what may be there. */
export function valuedFlags({ flags }: Place): readonly Flag[] {
  const groups = new Map<string, Flag>();
  for (const flag of flags.filter(({ value }) => value !== "none")) {
    const key = JSON.stringify(flag.value);
    const names = [...(groups.get(key)?.names ?? []), ...flag.names];
    groups.set(key, { ...flag, names });
  }
  return [...groups.values()];
}
