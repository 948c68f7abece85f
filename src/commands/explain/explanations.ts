import { RULES } from "../../audit/all-rules.ts";
import { EXIT_CODE_TEXTS } from "../../model/exit-codes.ts";
import { FAILURE_CODES } from "../../model/failure-codes.ts";
import { nearest } from "../../model/nearest.ts";
import { invalid, valid, type Parsed } from "../../model/problems.ts";
import type { Explanation } from "../../output/explanation.ts";
import { ROWS } from "../../verification/rows.ts";
import { OMITTED } from "../../verification/rows/omitted.ts";
import type { Row } from "../../verification/rows/row.ts";

/** Everything that has a code: findings of `verify`, rows that it does not check, rules of `audit`, error codes and exit codes. */
export const EXPLANATIONS: readonly Explanation[] = [
  ...Object.entries<Row>(ROWS)
    .map(([code, row]) => ({ kind: "verify-finding", code, ...row }) as const)
    .toSorted((one, other) => rank(one.row) - rank(other.row)),
  ...Object.entries(OMITTED).map(([row, reason]) => ({ kind: "not-checked", row, reason }) as const),
  ...RULES.map(({ code, title, severity, why, finds, remedies, sources }) => {
    return { kind: "audit-rule", code, title, severity, why, finds, fix: remedies, sources } as const;
  }),
  ...Object.entries(FAILURE_CODES).map(([code, meaning]) => ({ kind: "error-code", code, meaning }) as const),
  ...EXIT_CODE_TEXTS.map((text) => ({ kind: "exit-code", ...text }) as const),
];

/** Every word that `irsa explain` takes. */
export const CODES: readonly string[] = [...new Set(EXPLANATIONS.flatMap(codesOf))];

/** What a code stands for: a row can have several findings, and a rule the name of a finding. Case does not matter. */
export function parseCode(text: string): Parsed<readonly Explanation[]> {
  if (text === "") return invalid("is empty");
  const found = EXPLANATIONS.filter((one) =>
    codesOf(one).some((code) => code.toLowerCase() === text.toLowerCase()),
  );
  if (found.length > 0) return valid(found);
  const meant = nearest(text, CODES);
  return invalid(
    meant === undefined
      ? "is not a known code; irsa explain lists the codes"
      : `is not a known code; did you mean ${meant}? irsa explain lists the codes`,
  );
}

function codesOf(one: Explanation): readonly string[] {
  switch (one.kind) {
    case "verify-finding":
      return [one.row, one.code];
    case "not-checked":
      return [one.row];
    case "audit-rule":
    case "error-code":
      return [one.code];
    case "exit-code":
      return one.codes;
  }
}

/** By letter, then by number. */
function rank(row: string): number {
  return row.charCodeAt(0) * 100 + Number(row.slice(1));
}
