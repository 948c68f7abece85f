import type { ReportedFinding } from "../model/audit-report.ts";
import { groupBy } from "../audit/group-by.ts";

/** The findings of a report by what they are about; they are named by their place in it. */
export interface FindingIndex {
  readonly at: (index: number) => ReportedFinding | undefined;
  /** Of all rules, unless some are named. */
  readonly about: (subjectId: string, ...rules: readonly string[]) => readonly number[];
  /** The `namespace/name` of every ServiceAccount of a cluster that something was found of. */
  readonly serviceAccountsOf: (cluster: { readonly arn: string }) => readonly string[];
  readonly byFingerprint: (fingerprint: string) => number | undefined;
}

const NONE: readonly number[] = [];

/** Indexes the findings. */
export function indexOf(findings: readonly ReportedFinding[]): FindingIndex {
  const bySubject = groupBy(findings.keys(), (index) => findings[index]?.subject.id);
  const byFingerprint = new Map(findings.map(({ fingerprint }, index) => [fingerprint, index]));
  return {
    at: (index) => findings[index],
    about(subjectId, ...rules) {
      const all = bySubject.get(subjectId) ?? NONE;
      if (rules.length === 0 || all.length === 0) return all;
      return all.filter((index) => rules.includes(findings[index]?.rule ?? ""));
    },
    serviceAccountsOf: ({ arn }) =>
      [...new Set(findings.map(({ subject }) => subject))].flatMap(({ kind, id, name }) =>
        kind === "service-account" && id === `${arn}/${name}` ? [name] : [],
      ),
    byFingerprint: (fingerprint) => byFingerprint.get(fingerprint),
  };
}
