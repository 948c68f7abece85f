import type { LinkResult } from "../chain.ts";
import { serviceAccountOf } from "../facts.ts";
import type { Observed } from "../observed.ts";
import { pass, skipped, unknown, unseen } from "../result.ts";
import { valueOf } from "../../model/known.ts";

/** The API server issues a token for the ServiceAccount. */
export function checkToken(observed: Observed): LinkResult {
  const { token, proof } = observed;
  if (serviceAccountOf(observed) === undefined) return skipped("the ServiceAccount does not exist");
  if (token.state === "unknown") return unseen(token.failure);
  if (token.state === "unasked") return skipped("not tried");
  const outcome = valueOf(proof);
  const isUnissued = outcome?.state === "not-permitted" && outcome.lacks === "token";
  return isUnissued ? unknown(outcome.reason) : pass("issued by the API server");
}
