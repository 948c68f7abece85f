import { SEVERITIES, type Finding } from "../model/finding.ts";
import { toFinding, type Audit, type Rule } from "./rule.ts";

/** The rules' findings, most severe first, in a stable order. */
export function findingsOf(audit: Audit, rules: readonly Rule[]): Finding[] {
  const found = rules.flatMap((rule) => [...rule.find(audit)].map((one) => toFinding(rule, one)));
  return found.toSorted(byWeight);
}

function byWeight(one: Finding, other: Finding): number {
  const difference = SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity);
  return difference === 0 ? compare(sortKey(one), sortKey(other)) : difference;
}

function sortKey({ rule, subject, fingerprint }: Finding): string {
  return [rule, subject.cluster ?? "", subject.name, fingerprint].join("\n");
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
