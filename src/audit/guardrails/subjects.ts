import type { SubjectLevel } from "../../model/guardrails.ts";
import type { TrustStatement } from "../../model/trust-policy/read.ts";
import { subjectTests, type SubjectTest } from "../subject-tests.ts";

/**
 * The subjects of an issuer's tokens that trust policies allow by their values: at `pinned` those that are named, at
 * `namespaces` all in namespaces that are named, at `any` every ServiceAccount's. What is not a ServiceAccount's (a job
 * of GitHub Actions) is kept as it is written, if its beginning tells it from them. What a policy would read differently
 * than the trust policy, as a variable or a pattern, is not kept.
 */
export function subjectsOf(
  trusts: readonly (readonly TrustStatement[])[],
  issuer: string,
  level: SubjectLevel,
): readonly string[] {
  const values = trusts.flatMap((trust) => allowedValues(trust, issuer));
  return [...new Set(values.flatMap((one) => kept(one, level) ?? []))].toSorted();
}

/** What Allow statements compare the issuer's subjects with, and whether `*` in it is a wildcard. */
export function allowedValues(trust: readonly TrustStatement[], issuer: string): readonly SubjectTest[] {
  const allowing = trust.filter(({ effect }) => effect === "Allow");
  const positive = allowing.map((statement) => ({
    ...statement,
    conditions: statement.conditions.filter(
      ({ operator: { test } }) => test.kind === "compare" && !test.negated,
    ),
  }));
  const tests = subjectTests(positive, issuer);
  return tests === "each" ? [] : tests;
}

const SERVICE_ACCOUNT = "system:serviceaccount:";

function kept({ value, wildcards }: SubjectTest, level: SubjectLevel): string | undefined {
  if (value.includes("${") || (!wildcards && /[*?]/.test(value))) return undefined;
  if (!value.startsWith(SERVICE_ACCOUNT)) return keptOfOthers(value, level);
  if (level === "any") return `${SERVICE_ACCOUNT}*`;
  const [, namespace = "", name = ""] = /^system:serviceaccount:([^:*?]+):(.*)$/.exec(value) ?? [];
  if (namespace === "") return undefined;
  if (level === "namespaces") return `${SERVICE_ACCOUNT}${namespace}:*`;
  return /[*?]/.test(name) ? undefined : value;
}

function keptOfOthers(value: string, level: SubjectLevel): string | undefined {
  const [beginning = ""] = value.split(/[*?]/);
  return level === "any" || !SERVICE_ACCOUNT.startsWith(beginning) ? value : undefined;
}
