import type { StatementRef } from "../model/judgement.ts";

/** How many of a list are named; the rest is counted. */
const NAMED = 5;

/** The statements, as people count them. */
export function statementsText(statements: readonly StatementRef[]): string {
  return statements
    .map(({ index, sid }) => (sid === undefined ? `${index + 1}` : `${index + 1} ('${sid}')`))
    .join(", ");
}

/** A list of any length in one line. */
export function listText(items: readonly string[]): string {
  const named = items.slice(0, NAMED).join(", ");
  return items.length > NAMED ? `${named} and ${items.length - NAMED} more` : named;
}
