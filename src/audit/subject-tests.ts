import { equal, equalIgnoringCase, like, type Comparison } from "../model/trust-policy/comparisons.ts";
import type { Condition } from "../model/trust-policy/condition.ts";
import { matchesPattern, patternOf } from "../model/trust-policy/match.ts";
import type { TrustStatement } from "../model/trust-policy/read.ts";
import type { Steps } from "../model/trust-policy/steps.ts";
import { hasVariable } from "../model/trust-policy/variables.ts";
import type { Candidate, Candidates } from "./candidates.ts";

/**
 * What a trust policy requires of the subject, in all statements: the values that it is compared with. Two ServiceAccounts
 * with the same audience that match the same values get the same verdict, since nothing else in a request differs.
 * `each`: the values alone don't decide, so every ServiceAccount must be evaluated separately.
 */
export type SubjectTests = "each" | readonly SubjectTest[];

/** A value that subjects are compared with. */
export interface SubjectTest {
  readonly value: string;
  /** True if `*` and `?` in it are wildcards. */
  readonly wildcards: boolean;
}

/** The tests of a trust policy on the `sub` of an issuer's tokens. */
export function subjectTests(trust: readonly TrustStatement[], issuerHostPath: string): SubjectTests {
  const key = `${issuerHostPath}:sub`.toLowerCase();
  const tests: SubjectTest[] = [];
  for (const condition of trust.flatMap(({ conditions }) => conditions)) {
    const onSubject = condition.key.toLowerCase() === key;
    const variable = condition.variables && condition.expected.some((value) => mayHoldSubject(value, key));
    if (variable || (onSubject && condition.variables && condition.expected.some(hasVariable))) return "each";
    if (onSubject) for (const test of testsOf(condition)) tests.push(test);
  }
  return tests;
}

/** The value with wildcards by which a trust policy allows a subject; `undefined` if a value without wildcards does too. */
export function wildcardFor(
  trust: readonly TrustStatement[],
  issuerHostPath: string,
  subject: string,
): string | undefined {
  const tests = subjectTests(trust, issuerHostPath);
  if (tests === "each" || tests.some(({ value, wildcards }) => !wildcards && value === subject))
    return undefined;
  return tests.find(({ value, wildcards }) => wildcards && matchesPattern(patternOf(value), subject))?.value;
}

function mayHoldSubject(value: string, key: string): boolean {
  return hasVariable(value) && value.toLowerCase().includes(key);
}

/** All other comparisons have one outcome for all subjects: none is an ARN, a number, a date or an address. */
function testsOf({ operator: { test }, expected }: Condition): SubjectTest[] {
  if (test.kind === "null") return [];
  const kind = TEXT_COMPARISONS.get(test.comparison);
  if (kind === undefined) return [];
  // Subjects are lower case, so that one differing in case only can match none but the lower-case value.
  return expected.map((value) => ({
    value: kind === "folded" ? value.toLowerCase() : value,
    wildcards: kind === "wildcards" && /[*?]/.test(value),
  }));
}

const TEXT_COMPARISONS: ReadonlyMap<Comparison, "exact" | "folded" | "wildcards"> = new Map([
  [equal, "exact"],
  [equalIgnoringCase, "folded"],
  [like, "wildcards"],
] as const);

/**
 * The candidates that match at least one of the tests.
 * @throws TooComplex if that takes more comparisons than there are steps
 */
export function matching(
  tests: readonly SubjectTest[],
  candidates: Candidates,
  steps: Steps,
): ReadonlySet<Candidate> {
  return new Set(tests.flatMap((test) => matchingOne(test, candidates, steps)));
}

function matchingOne(
  { value, wildcards }: SubjectTest,
  candidates: Candidates,
  steps: Steps,
): readonly Candidate[] {
  if (!wildcards) {
    const found = candidates.find(value);
    return found === undefined ? [] : [found];
  }
  const { found, compared } = candidates.matching(value);
  steps.spend(compared);
  return found;
}
