import { SEVERITIES, type Finding } from "../model/finding.ts";
import { toFinding, type Audit, type Rule } from "./rule.ts";

/** The rules' findings, most severe first, in a stable order. */
export function findingsOf(audit: Audit, rules: readonly Rule[]): Finding[] {
  return inOrder(rules.flatMap((rule) => foundBy(rule, audit)));
}

/** What one rule finds. */
export function foundBy(rule: Rule, audit: Audit): Finding[] {
  return [...rule.find(audit)].map((one) => toFinding(rule, one));
}

/** Findings, most severe first, in a stable order. */
export function inOrder<T extends Finding>(findings: readonly T[]): T[] {
  const keyed = findings.map((finding): [key: string, finding: T] => [sortKey(finding), finding]);
  return keyed
    .toSorted(([one], [other]) => {
      if (one === other) return 0;
      return one < other ? -1 : 1;
    })
    .map(([, finding]) => finding);
}

/** The most severe first; there are fewer than ten severities. */
function sortKey({ severity, rule, subject, fingerprint }: Finding): string {
  return [SEVERITIES.indexOf(severity), rule, subject.cluster ?? "", subject.name, fingerprint].join("\n");
}
