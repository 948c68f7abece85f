import type { StatementRef } from "../model/judgement.ts";

/** How many items of a list are shown; the rest is counted. */
const NAMED = 5;

/** The statements, numbered from 1. */
export function statementsText(statements: readonly StatementRef[]): string {
  return statements
    .map(({ index, sid }) => (sid === undefined ? `${index + 1}` : `${index + 1} ('${sid}')`))
    .join(", ");
}

/** A list of any length on one line. */
export function listText(items: readonly string[]): string {
  const named = items.slice(0, NAMED).join(", ");
  return items.length > NAMED ? `${named} and ${items.length - NAMED} more` : named;
}
