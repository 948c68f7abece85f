import type { SubjectLevel } from "../../model/guardrails.ts";
import type { TrustStatement } from "../../model/trust-policy/read.ts";
import { subjectTests } from "../subject-tests.ts";

/**
 * The subjects of an issuer's tokens that trust policies allow by their values: at `pinned` those that are named, at
 * `namespaces` all in namespaces that are named, at `any` every ServiceAccount's. What is not a ServiceAccount's (a job
 * of GitHub Actions) is kept as it is written, if it begins with something.
 */
export function subjectsOf(
  trusts: readonly (readonly TrustStatement[])[],
  issuer: string,
  level: SubjectLevel,
): readonly string[] {
  const values = trusts.flatMap((trust) => allowedValues(trust, issuer).map(({ value }) => value));
  return [...new Set(values.flatMap((value) => kept(value, level) ?? []))].toSorted();
}

/** What Allow statements compare the issuer's subjects with, and whether `*` in it is a wildcard. */
export function allowedValues(
  trust: readonly TrustStatement[],
  issuer: string,
): readonly { readonly value: string; readonly wildcards: boolean }[] {
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

function kept(value: string, level: SubjectLevel): string | undefined {
  if (!value.startsWith(SERVICE_ACCOUNT)) return keptOfOthers(value, level);
  if (level === "any") return `${SERVICE_ACCOUNT}*`;
  const [, namespace = "", name = ""] = /^system:serviceaccount:([^:*?]+):(.*)$/.exec(value) ?? [];
  if (namespace === "") return undefined;
  if (level === "namespaces") return `${SERVICE_ACCOUNT}${namespace}:*`;
  return /[*?]/.test(name) ? undefined : value;
}

function keptOfOthers(value: string, level: SubjectLevel): string | undefined {
  if (/^[^*?]/.test(value)) return value;
  return level === "any" ? value : undefined;
}
