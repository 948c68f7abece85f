/** A list of any length on one line: the first items, and how many more there are. */
export function listText(items: readonly string[], most = 5): string {
  const named = items.slice(0, most).join(", ");
  return items.length > most ? `${named} and ${items.length - most} more` : named;
}
