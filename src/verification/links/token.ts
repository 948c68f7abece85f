import type { LinkResult } from "../chain.ts";
import { serviceAccountOf } from "../facts.ts";
import type { Observed } from "../observed.ts";
import { pass, skipped, unknown, unseen } from "../result.ts";
import { valueOf } from "../seen.ts";

/** The API server gives a token of the ServiceAccount. */
export function checkToken(observed: Observed): LinkResult {
  const { token, proof } = observed;
  if (serviceAccountOf(observed) === undefined) return skipped("there is no ServiceAccount");
  if (token.state === "unknown") return unseen(token.failure);
  if (token.state === "unasked") return skipped("not tried");
  const outcome = valueOf(proof);
  return outcome?.state === "not-permitted" ? unknown(outcome.reason) : pass("the API server gives one");
}
