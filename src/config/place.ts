/** A place in a file, both counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A place as editors and terminals know it: `file:line:column`. */
export function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

/** Sorts places, as texts, by file, line and column. */
export function comparePlaces(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}
