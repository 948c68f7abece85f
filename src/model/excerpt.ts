import { LIMITS } from "./limits.ts";

/**
 * A value for an error, cut so that no document is ever shown whole. A name or an ARN, which is one word, is shown as
 * far as one goes; of anything else the beginning.
 */
export function excerpt(text: string): string {
  return cut(text, /\s/.test(text) ? LIMITS.shownCharacters : LIMITS.shownWordCharacters);
}

/** What a server says in an error; its own messages are shorter, a page of HTML or a dump is not. */
export function serverExcerpt(text: string): string {
  return cut(text, LIMITS.shownMessageCharacters);
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // Not through a character of two code units.
  return `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
