/** Sorted texts, each as how much of the one before it begins and how it goes on: `[0, "role/a", 5, "b"]`. */
export type FrontCoded = readonly (number | string)[];

/**
 * Ids and ARNs differ by their ends, so that a sorted table of them shrinks to a third.
 * @param texts sorted by code units, none twice
 */
export function frontCoded(texts: readonly string[]): FrontCoded {
  const coded: (number | string)[] = [];
  let last = "";
  for (const text of texts) {
    const shared = sharedLength(last, text);
    coded.push(shared, text.slice(shared));
    last = text;
  }
  return coded;
}

/** The texts that were coded. */
export function frontDecoded(coded: FrontCoded): string[] {
  const texts: string[] = [];
  let last = "";
  for (let at = 0; at < coded.length; at += 2) {
    last = last.slice(0, Number(coded[at])) + String(coded[at + 1]);
    texts.push(last);
  }
  return texts;
}

function sharedLength(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let at = 0;
  while (at < most && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return at;
}
