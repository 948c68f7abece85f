/** Texts by number, so that each is in the file once. */
export interface TextTable {
  /** Sorted by code units. */
  readonly texts: readonly string[];
  /** @throws Error for a text that is not in it, which is a bug. */
  readonly numberOf: (text: string) => number;
}

/** A table of all of these, each once. */
export function textTable(all: Iterable<string>): TextTable {
  const texts = [...new Set(all)].toSorted();
  const numbers = new Map(texts.map((text, at) => [text, at]));
  return {
    texts,
    numberOf(text) {
      const number = numbers.get(text);
      if (number === undefined) throw new Error("a text is not in the table");
      return number;
    },
  };
}
