import { policyName } from "../../model/arn.ts";
import { isAmong } from "../../model/is-among.ts";
import type { Note } from "../../model/plan.ts";
import { isDetached } from "../role/exclusive-policies.ts";
import { inlineBeyond } from "../role/inline-policies.ts";
import type { ManagedRole } from "./desired.ts";
import type { ObservedRole } from "./observed.ts";

/** What is attached and stays, although it was not asked for. */
export function extras(observed: ObservedRole, wanted: ManagedRole): Note[] {
  const beyond = observed.attached.filter(
    (policy) => !isAmong(policy, wanted.policies) && !isDetached(observed, wanted, policy),
  );
  if (beyond.length === 0) return [];
  const names = beyond.map(policyName).join(", ");
  return [
    {
      level: "info",
      code: "attached-beyond",
      message: `also attached, unchanged: ${names}`,
    },
  ];
}

/** Inline policies that stay, although what they say was not asked for; they are read for an exact ask alone. */
export function inlineExtras(observed: ObservedRole, { inline, exclusivePolicies }: ManagedRole): Note[] {
  const beyond = exclusivePolicies === true ? inlineBeyond(observed, inline) : [];
  if (beyond.length === 0) return [];
  const what = beyond.length === 1 ? "an inline policy" : "inline policies";
  const message = `also has ${what} beyond the request, unchanged: ${beyond.join(", ")}`;
  return [{ level: "info", code: "inline-beyond", message }];
}
