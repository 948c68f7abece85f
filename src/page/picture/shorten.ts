/** How wide a text is drawn, in pixels. */
export type Measure = (text: string) => number;

/** Longer ones are never measured whole: no column is as wide as that. */
const MOST_CHARACTERS = 400;

/**
 * A text that is at most so wide: its middle gives way to an ellipsis, as the ends of names tell them apart.
 * @param width in pixels
 */
export function shorten(text: string, width: number, measure: Measure): string {
  const characters = Array.from(text);
  if (characters.length <= MOST_CHARACTERS && measure(text) <= width) return text;
  let [fits, tooMany] = [0, Math.min(characters.length, MOST_CHARACTERS)];
  while (tooMany - fits > 1) {
    const kept = Math.floor((fits + tooMany) / 2);
    if (measure(withoutMiddle(characters, kept)) <= width) fits = kept;
    else tooMany = kept;
  }
  return withoutMiddle(characters, fits);
}

function withoutMiddle(characters: readonly string[], kept: number): string {
  const begin = Math.ceil(kept * 0.6);
  const end = kept - begin;
  return `${characters.slice(0, begin).join("")}…${characters.slice(characters.length - end).join("")}`;
}
