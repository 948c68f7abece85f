import type { Fate } from "../../../service-account/delete/desired.ts";
import type { Outcome } from "./show-and-apply.ts";

/** The state of one of many things in JSON: it differs until its changes are applied. */
export function rowState(
  { changes }: { readonly changes: readonly unknown[] },
  outcome: Outcome["state"],
): "inSync" | "differs" | "applied" {
  if (changes.length === 0) return "inSync";
  return outcome === "done" ? "applied" : "differs";
}

const INTENDED = {
  deleted: "delete",
  released: "release",
  kept: "keep",
  absent: "absent",
} as const satisfies Record<Fate, string>;

/** What the plan does with the role or the ServiceAccount, and once it is applied, what it did. */
export function fateState(fate: Fate, outcome: Outcome["state"]): Fate | (typeof INTENDED)[Fate] {
  return outcome === "planned" ? INTENDED[fate] : fate;
}
