import { LIMITS } from "./limits.ts";

/**
 * A value for an error, cut so that no document is ever shown whole. A name or an ARN, which is one word, is shown as
 * far as one goes; of anything else the beginning.
 */
export function excerpt(text: string): string {
  const most = /\s/.test(text) ? LIMITS.shownCharacters : LIMITS.shownWordCharacters;
  if (text.length <= most) return text;
  // Not through a character of two code units.
  return `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
