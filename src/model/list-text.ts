/** How many items of a list are shown; the rest is counted. */
const NAMED = 5;

/** A list of any length on one line. */
export function listText(items: readonly string[]): string {
  const named = items.slice(0, NAMED).join(", ");
  return items.length > NAMED ? `${named} and ${items.length - NAMED} more` : named;
}
