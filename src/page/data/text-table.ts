/** Texts by number, so that each is in the file once. */
export interface TextTable {
  /** Sorted by code units. */
  readonly texts: readonly string[];
  /** @throws Error for a text that is not in it, which is a bug. */
  readonly numberOf: (text: string) => number;
}

/** A table of all of these. */
export function textTable(all: ReadonlySet<string>): TextTable {
  const texts = [...all].toSorted();
  const numbers = new Map<string, number>();
  for (const text of texts) numbers.set(text, numbers.size);
  return {
    texts,
    numberOf(text) {
      const number = numbers.get(text);
      if (number === undefined) throw new Error("a text is not in the table");
      return number;
    },
  };
}
