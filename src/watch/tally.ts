import { SEVERITIES, type Severity } from "../model/finding.ts";
import type { WatchState } from "./state.ts";

/** How many of what there are. */
export interface Tally {
  readonly chains: {
    readonly works: number;
    readonly broken: number;
    readonly unproven: number;
    /** Of which it is not known whether they are still as they were. */
    readonly unknown: number;
  };
  readonly findings: Readonly<Record<Severity, number>>;
}

/** Counts chains and findings; what is unknown counts as that alone. */
export function tally({ chains, findings }: WatchState): Tally {
  const counts = { works: 0, broken: 0, unproven: 0, unknown: 0 };
  for (const { state, isUnknown } of chains.values()) counts[isUnknown ? "unknown" : state.verdict] += 1;
  const bySeverity = SEVERITIES.map((severity): [Severity, number] => [
    severity,
    [...findings.values()].filter(({ finding }) => finding.severity === severity).length,
  ]);
  return { chains: counts, findings: Object.fromEntries(bySeverity) as Record<Severity, number> };
}
