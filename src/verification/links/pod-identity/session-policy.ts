import { isObject, toList } from "../../../model/trust-policy/shape.ts";
import type { LinkResult } from "../../chain.ts";
import { associationOf } from "../../facts.ts";
import type { Observed } from "../../observed.ts";
import { advice, broken, fault, pass, skipped, unknown } from "../../result.ts";

/** The association's session policy, if it has one, leaves anything allowed. What it allows of the role's permissions the workload knows. */
export function checkSessionPolicy(observed: Observed): LinkResult {
  const association = associationOf(observed);
  if (association === undefined) return skipped("the association is unknown");
  const { policy, targetRoleArn } = association;
  if (policy === undefined) return skipped("the association has no session policy");
  const statements = statementsIn(policy);
  if (statements === undefined) return unknown("the association's session policy can't be parsed");
  const allows = statements.some((one) => isObject(one) && one["Effect"] === "Allow");
  if (allows)
    return pass(`limits the sessions of the ${targetRoleArn === undefined ? "role" : "target role"}`);
  const message = "the association's session policy allows nothing";
  const fix = advice(
    "Set a session policy that allows what the workload needs, or remove it from the association",
  );
  return broken(fault("session-policy-empty", message, { policy }, fix));
}

function statementsIn(text: string): readonly unknown[] | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return isObject(document) ? toList(document["Statement"]) : undefined;
  } catch {
    return undefined;
  }
}
