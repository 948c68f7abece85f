import { matchesPattern, patternText, type Pattern } from "./match.ts";
import { familyOf, parseBase64, parseBoolean, parseDate, parseNumber, parseRange } from "./scalars.ts";
import { truthOf, type Truth } from "./truth.ts";
import { hasVariable } from "./variables.ts";

/** How one value of the request is held against one value of the policy. */
export interface Comparison {
  /** False for a policy value that is not valid for the operator, such as a variable where variables are not supported. */
  readonly readable: (expected: string) => boolean;
  /** `unknown` where the request's value is not of the operator's type, which IAM documents nowhere. */
  readonly matches: (expected: Pattern, actual: string) => Truth;
}

/** Exact, case-sensitive. */
export const equal = text((expected, actual) => patternText(expected) === actual);

/** Exact but for case. */
export const equalIgnoringCase = text(
  (expected, actual) => patternText(expected).toLowerCase() === actual.toLowerCase(),
);

/** With wildcards, case-sensitive. */
export const like = text(matchesPattern);

/** Each of an ARN's six components by itself, with wildcards; `*` does not leave its component. What is not an ARN is like none. */
export const arnLike: Comparison = {
  readable: isArnPattern,
  matches: (expected, actual) => truthOf(arnMatches(expected, actual) === "yes"),
};

/** The same for negated operators: whether something that is not an ARN differs from one is documented nowhere. */
export const arnUnlike: Comparison = { readable: isArnPattern, matches: arnMatches };

/** The same bytes, both given in base64. */
export const binaryEqual = typed(parseBase64, parseBase64, (expected, actual) => expected === actual);

/** The same truth value. */
export const booleanEqual = typed(parseBoolean, parseBoolean, (expected, actual) => expected === actual);

/** The address lies in the range. */
export const inRange = typed(parseRange, addressOf, (range, address) => range(address));

/** Numbers, in the order asked for. */
export function numeric(holds: (actual: number, expected: number) => boolean): Comparison {
  return typed(parseNumber, parseNumber, (expected, actual) => holds(actual, expected));
}

/** Points in time, in the order asked for. */
export function dated(holds: (actual: number, expected: number) => boolean): Comparison {
  return typed(parseDate, parseDate, (expected, actual) => holds(actual, expected));
}

function text(matches: (expected: Pattern, actual: string) => boolean): Comparison {
  return {
    readable: () => true,
    matches: (expected, actual) => truthOf(matches(expected, actual)),
  };
}

function typed<Expected, Actual>(
  parseExpected: (text: string) => Expected | undefined,
  parseActual: (text: string) => Actual | undefined,
  holds: (expected: Expected, actual: Actual) => boolean,
): Comparison {
  return {
    readable: (expected) => parseExpected(expected) !== undefined,
    matches: (pattern, text) => {
      const expected = parseExpected(patternText(pattern));
      const actual = parseActual(text);
      return expected === undefined || actual === undefined ? "unknown" : truthOf(holds(expected, actual));
    },
  };
}

function addressOf(text: string): string | undefined {
  return familyOf(text) === undefined ? undefined : text;
}

function isArnPattern(expected: string): boolean {
  return hasVariable(expected) || expected.split(":").length >= 6;
}

function arnMatches(expected: Pattern, actual: string): Truth {
  const values = actual.split(":");
  const patterns = components(expected);
  if (values.length < 6 || patterns.length < 6) return "unknown";
  const [head, resource] = [patterns.slice(0, 5), patterns.slice(5)];
  return truthOf(
    head.every((pattern, at) => matchesPattern(pattern, values[at] ?? "")) &&
      matchesPattern(
        resource.flatMap((part, at) => (at === 0 ? part : [":", ...part])),
        values.slice(5).join(":"),
      ),
  );
}

function components(pattern: Pattern): readonly Pattern[] {
  const parts: Pattern[number][][] = [[]];
  for (const piece of pattern) {
    const [first = piece, ...more] = typeof piece === "string" ? piece.split(":") : [];
    parts.at(-1)?.push(first);
    for (const one of more) parts.push([one]);
  }
  return parts;
}
