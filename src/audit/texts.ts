import type { StatementRef } from "../model/judgement.ts";

/** The statements, numbered from 1. */
export function statementsText(statements: readonly StatementRef[]): string {
  return statements
    .map(({ index, sid }) => (sid === undefined ? `${index + 1}` : `${index + 1} ('${sid}')`))
    .join(", ");
}
