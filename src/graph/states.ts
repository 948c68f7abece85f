import { GRAPH_STATES, type GraphState } from "../model/access-graph.ts";
import { isAtLeast, type Finding } from "../model/finding.ts";

/** The worst of the states; `idle` where there is none. */
export function worst(states: Iterable<GraphState>): GraphState {
  let rank = GRAPH_STATES.length - 1;
  for (const state of states) rank = Math.min(rank, GRAPH_STATES.indexOf(state));
  return GRAPH_STATES[rank] ?? "idle";
}

/** What findings of a rule make of that which they are about; those of other rules change no state. */
export const RULE_STATES: ReadonlyMap<string, "dangerous" | "broken" | "broken-if-nobody" | "stale"> =
  new Map([
    ["administrator", "dangerous"],
    ["node-role-administrator", "dangerous"],
    ["role-chain-administrator", "dangerous"],
    ["sub-missing", "dangerous"],
    ["sub-wildcard", "dangerous"],
    ["account-gone", "broken"],
    ["annotation-refused", "broken"],
    ["association-refused", "broken"],
    ["audience-not-taken", "broken"],
    ["provider-missing", "broken"],
    ["role-gone", "broken"],
    ["deleted-issuer", "broken-if-nobody"],
    ["foreign-keys", "broken-if-nobody"],
    ["wildcard-without-like", "broken-if-nobody"],
    ["stale-pods", "stale"],
  ]);

/**
 * The states that findings give to their subjects. Too much access is dangerous from severity `high` on; a statement
 * that allows nobody breaks the role only if no other allows anybody.
 */
export function statesOf(
  findings: readonly Pick<Finding, "rule" | "severity">[],
  allowsAnybody: boolean,
): GraphState[] {
  return findings.flatMap(({ rule, severity }): GraphState[] => {
    const state = RULE_STATES.get(rule);
    if (state === undefined) return [];
    if (state === "broken-if-nobody") return allowsAnybody ? [] : ["broken"];
    return state === "dangerous" && !isAtLeast(severity, "high") ? [] : [state];
  });
}
