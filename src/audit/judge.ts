import type { Judgement } from "../model/judgement.ts";
import { evaluateStatements } from "../model/trust-policy/evaluate.ts";
import type { TrustStatement } from "../model/trust-policy/read.ts";
import type { TrustRequest } from "../model/trust-policy/request.ts";

/** The evaluator's judgement of a request; `undefined` if the trust policy does not allow it. */
export function judge(trust: readonly TrustStatement[], request: TrustRequest): Judgement | undefined {
  const { verdict, unknownKeys, statements } = evaluateStatements(trust, request);
  if (verdict === "deny") return undefined;
  const admitting = statements.filter(({ effect, applies }) => effect === "Allow" && applies !== "no");
  return {
    verdict,
    unknownKeys,
    statements: admitting.map(({ index, sid }) => ({ index, ...(sid !== undefined && { sid }) })),
  };
}

/** The judgement of requests that must all be allowed; statements are those of the first. */
export function judgeAll(
  trust: readonly TrustStatement[],
  requests: readonly TrustRequest[],
): Judgement | undefined {
  const judgements = requests.map((request) => judge(trust, request));
  const [first] = judgements;
  const admitted = judgements.filter((one) => one !== undefined);
  if (first === undefined || admitted.length < requests.length) return undefined;
  return {
    verdict: admitted.every(({ verdict }) => verdict === "allow") ? "allow" : "conditional",
    unknownKeys: [...new Set(admitted.flatMap(({ unknownKeys }) => unknownKeys))].toSorted(),
    statements: first.statements,
  };
}
