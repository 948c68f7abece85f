/** A text that a format limits to so many characters; what is longer is cut between two characters, and ends with `…`. */
export function atMost(limit: number, text: string): string {
  if (text.length <= limit) return text;
  // Half a surrogate pair is not a character.
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
