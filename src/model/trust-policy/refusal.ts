import type { PolicyDocument } from "./document.ts";
import { evaluateTrust, type StatementEvaluation } from "./evaluate.ts";
import type { TrustRequest } from "./request.ts";

/** What a trust policy refuses, or what decides whether it does. */
export type TrustRefusal =
  | { readonly open: string }
  | {
      readonly action: string;
      readonly explicit: boolean;
      /** The statement that comes closest; `undefined` where none is about the caller and the action. */
      readonly nearest: StatementEvaluation | undefined;
    };

/** The first of the requests that the policy does not allow for certain; `undefined` if it allows all. */
export function refusalBy(
  trust: PolicyDocument,
  requests: readonly TrustRequest[],
): TrustRefusal | undefined {
  for (const request of requests) {
    const { verdict, explicit, unknownKeys, statements } = evaluateTrust(trust, request);
    if (verdict === "conditional")
      return { open: unknownKeys.join(", ") || "a statement that can't be parsed" };
    if (verdict === "allow") continue;
    const denying = statements.find(({ effect, applies }) => effect === "Deny" && applies === "yes");
    return { action: request.action, explicit, nearest: explicit ? denying : nearest(statements) };
  }
  return undefined;
}

/** The Allow statement about this caller and action with the fewest conditions that are not met. */
function nearest(statements: readonly StatementEvaluation[]): StatementEvaluation | undefined {
  return statements
    .filter(
      ({ effect, mismatches }) =>
        effect === "Allow" && mismatches.every(({ element }) => element === "Condition"),
    )
    .toSorted((one, other) => one.mismatches.length - other.mismatches.length)[0];
}

/** What a refusal shows as evidence: the condition that is not met, or the statement that denies. */
export function refusalEvidence({ nearest: statement }: Exclude<TrustRefusal, { open: string }>) {
  const [mismatch] = statement?.mismatches ?? [];
  const [unreadable] = statement?.unreadable ?? [];
  if (mismatch !== undefined) {
    const { key = "", operator = "", expected, actual } = mismatch;
    const given = typeof actual === "string" ? actual : actual.join(", ");
    return { condition: `${operator} ${key}`, trusts: expected.join(", "), needs: given };
  }
  if (unreadable !== undefined) return { found: unreadable.value };
  return statement === undefined ? {} : { statement: statement.sid ?? `Statement[${statement.index}]` };
}
