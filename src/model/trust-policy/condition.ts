import type { Comparison } from "./comparisons.ts";
import { patternOf } from "./match.ts";
import type { CompareTest, Operator } from "./operators.ts";
import { parseBoolean } from "./scalars.ts";
import { allOf, anyOf, opposite, truthOf, type Truth } from "./truth.ts";
import { expandVariables, hasVariable, type Expanded, type KeyValues, type Lookup } from "./variables.ts";

/** One key under one operator of a Condition block. */
export interface Condition {
  readonly operator: Operator;
  readonly key: string;
  /** The policy's values; one that matches is enough. */
  readonly expected: readonly string[];
  /** True if policy variables count, as they do from Version 2012-10-17 on. */
  readonly variables: boolean;
  /** What the values are compared by, made once where no variable has to be filled in. */
  readonly patterns?: readonly Expanded[];
}

/** Whether a condition holds, and the keys that this waits for, as the policy spells them. */
export interface ConditionOutcome {
  readonly truth: Truth;
  readonly unknownKeys: readonly string[];
}

/**
 * Judges one condition. Where IAM's documentation leaves the outcome open (a key with several values under an
 * operator without set qualifier, a value that is not of the operator's type), it is unknown.
 * Source: IAM User Guide, "Condition operators" and "Conditions with multiple context keys or values".
 */
export function judgeCondition(condition: Condition, lookup: Lookup): ConditionOutcome {
  const { operator, key } = condition;
  const { test, set } = operator;
  const values = lookup(key);
  if (test.kind === "null") return outcome(nullTest(condition, values), [key]);
  if (typeof values === "string") return outcome("unknown", [key]);
  const present = set === undefined ? values : values.filter((value) => value !== "");
  if (present.length === 0) return outcome(whenAbsent(operator, test.negated), []);
  if (set === undefined && present.length > 1) return outcome("unknown", [key]);
  return compareValues(condition, test, present, lookup);
}

function outcome(truth: Truth, keys: readonly string[]): ConditionOutcome {
  return { truth, unknownKeys: truth === "unknown" ? keys : [] };
}

/** An absent key, and an empty value under a set qualifier, which counts as none. */
function whenAbsent(operator: Operator, negated: boolean): Truth {
  if (operator.ifExists) return "yes";
  if (operator.set !== undefined) return truthOf(operator.set === "ForAllValues");
  return truthOf(negated);
}

/** Under a qualifier, Null always has the same outcome. Source: "Access Analyzer policy check reference". */
function nullTest({ operator, expected }: Condition, values: KeyValues): Truth {
  if (operator.set !== undefined) return truthOf(operator.set === "ForAllValues");
  if (values === "unknown") return "unknown";
  const isNull = values !== "present" && values.every((value) => value === "");
  return truthOf(expected.some((value) => parseBoolean(value) === isNull));
}

function compareValues(
  { operator, key, expected, variables, patterns }: Condition,
  { comparison, negated }: CompareTest,
  actual: readonly string[],
  lookup: Lookup,
): ConditionOutcome {
  const expand = variables ? expandVariables : literally;
  const wanted = patterns ?? expected.map((value) => expand(value, lookup));
  const truths = actual.map((value) => {
    const matches = anyOf(wanted.map((one) => compare(comparison, one, value)));
    return negated ? opposite(matches) : matches;
  });
  const awaited = wanted.flatMap((one) => (one.state === "unknown" ? one.keys : []));
  const truth = operator.set === "ForAnyValue" ? anyOf(truths) : allOf(truths);
  return outcome(truth, awaited.length > 0 ? awaited : [key]);
}

/** A variable without a value equals nothing and is like nothing. */
function compare(comparison: Comparison, expected: Expanded, actual: string): Truth {
  if (expected.state === "known") return comparison.matches(expected.pattern, actual);
  return expected.state === "null" ? "no" : "unknown";
}

/** The patterns of values among which no variable counts; `undefined` if one does. */
export function fixedPatterns(
  expected: readonly string[],
  variables: boolean,
): readonly Expanded[] | undefined {
  return variables && expected.some(hasVariable) ? undefined : expected.map(literally);
}

function literally(value: string): Expanded {
  return { state: "known", pattern: patternOf(value) };
}
