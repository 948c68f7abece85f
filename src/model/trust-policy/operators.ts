import {
  arnLike,
  arnUnlike,
  binaryEqual,
  booleanEqual,
  dated,
  equal,
  equalIgnoringCase,
  inRange,
  like,
  numeric,
  type Comparison,
} from "./comparisons.ts";
import { parseBoolean } from "./scalars.ts";

/** A condition operator, taken apart. */
export interface Operator {
  /** As IAM spells it, with set qualifier and suffix. */
  readonly name: string;
  readonly set?: "ForAllValues" | "ForAnyValue";
  readonly ifExists: boolean;
  readonly test: OperatorTest;
}

/** What the operator's stem asks: whether the key is there, or how its values compare. */
export type OperatorTest = { readonly kind: "null" } | CompareTest;

/** Holds if a value compares, or with `negated` if none does. */
export interface CompareTest {
  readonly kind: "compare";
  readonly negated: boolean;
  readonly comparison: Comparison;
}

/** Source: IAM User Guide, "IAM JSON policy elements: Condition operators". */
const TESTS: Readonly<Record<string, OperatorTest>> = {
  StringEquals: compare(equal),
  StringNotEquals: negate(equal),
  StringEqualsIgnoreCase: compare(equalIgnoringCase),
  StringNotEqualsIgnoreCase: negate(equalIgnoringCase),
  StringLike: compare(like),
  StringNotLike: negate(like),
  NumericEquals: compare(numeric((actual, expected) => actual === expected)),
  NumericNotEquals: negate(numeric((actual, expected) => actual === expected)),
  NumericLessThan: compare(numeric((actual, expected) => actual < expected)),
  NumericLessThanEquals: compare(numeric((actual, expected) => actual <= expected)),
  NumericGreaterThan: compare(numeric((actual, expected) => actual > expected)),
  NumericGreaterThanEquals: compare(numeric((actual, expected) => actual >= expected)),
  DateEquals: compare(dated((actual, expected) => actual === expected)),
  DateNotEquals: negate(dated((actual, expected) => actual === expected)),
  DateLessThan: compare(dated((actual, expected) => actual < expected)),
  DateLessThanEquals: compare(dated((actual, expected) => actual <= expected)),
  DateGreaterThan: compare(dated((actual, expected) => actual > expected)),
  DateGreaterThanEquals: compare(dated((actual, expected) => actual >= expected)),
  Bool: compare(booleanEqual),
  BinaryEquals: compare(binaryEqual),
  IpAddress: compare(inRange),
  NotIpAddress: negate(inRange),
  ArnEquals: compare(arnLike),
  ArnLike: compare(arnLike),
  ArnNotEquals: negate(arnUnlike),
  ArnNotLike: negate(arnUnlike),
  Null: { kind: "null" },
};

const STEMS: ReadonlyMap<string, string> = new Map(
  Object.keys(TESTS).map((stem) => [stem.toLowerCase(), stem]),
);
const SETS = ["ForAllValues", "ForAnyValue"] as const;

/**
 * Parses an operator's name, in any case: IAM has accepted what is in a live policy. `undefined` for anything that is
 * not an operator, such as `NullIfExists`.
 */
export function parseOperator(name: string): Operator | undefined {
  const start = name.indexOf(":") + 1;
  const [prefix, rest] = [name.slice(0, start), name.slice(start)];
  const set = SETS.find((one) => `${one}:`.toLowerCase() === prefix.toLowerCase());
  if (set === undefined && prefix !== "") return undefined;
  const ifExists = rest.toLowerCase().endsWith("ifexists");
  const stem = STEMS.get((ifExists ? rest.slice(0, -"IfExists".length) : rest).toLowerCase());
  const test = stem === undefined ? undefined : TESTS[stem];
  if (stem === undefined || test === undefined || (test.kind === "null" && ifExists)) return undefined;
  const spelled = `${set === undefined ? "" : `${set}:`}${stem}${ifExists ? "IfExists" : ""}`;
  return { name: spelled, ifExists, test, ...(set !== undefined && { set }) };
}

/** False for a policy value that the operator can make nothing of, as `Bool` of `"maybe"`. */
export function isReadable(operator: Operator, value: string): boolean {
  if (operator.test.kind === "null") return parseBoolean(value) !== undefined;
  return operator.test.comparison.readable(value);
}

function compare(comparison: Comparison): OperatorTest {
  return { kind: "compare", negated: false, comparison };
}

function negate(comparison: Comparison): OperatorTest {
  return { kind: "compare", negated: true, comparison };
}
