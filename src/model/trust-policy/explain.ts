import type { Mismatch } from "./evaluate.ts";
import { matchesWildcard } from "./match.ts";
import { issuerOf, type TrustRequest } from "./request.ts";

/** Why a mismatch is probably a mistake, and of which kind. */
export type Hint =
  /** `*` or `?` is in `value`, where only the operator `use` takes it as a wildcard. */
  | { readonly code: "wildcard-without-like"; readonly value: string; readonly use: string }
  /** `https://` stands before the name, in a condition key or a provider's ARN. */
  | { readonly code: "scheme-in-name"; readonly value: string; readonly shouldBe: string }
  /** The key is absent, but the request has this claim of the provider that it comes from. */
  | { readonly code: "key-of-another-issuer"; readonly key: string; readonly shouldBe: string }
  /** Equal but for upper and lower case, or but for blanks around it. */
  | {
      readonly code: "differs-in-case" | "differs-in-blanks";
      readonly expected: string;
      readonly actual: string;
    }
  /** The nearest expected value, and the first character (counted from 1) in which it differs. */
  | {
      readonly code: "differs-at";
      readonly position: number;
      readonly expected: string;
      readonly actual: string;
    };

/** What the mismatch looks like, most telling first; an empty list if nothing comes to mind. */
export function explainMismatch(mismatch: Mismatch, request: TrustRequest): readonly Hint[] {
  const { actual, expected } = mismatch;
  if (typeof actual === "string") return actual === "absent" ? explainKey(mismatch.key ?? "", request) : [];
  const [value, ...more] = actual;
  if (value === undefined || more.length > 0) return [];
  return [...wildcards(mismatch, value), ...schemes(expected, value), ...difference(expected, value)];
}

function explainKey(key: string, { context, principal }: TrustRequest): readonly Hint[] {
  const bare = withoutScheme(key);
  if (bare !== key && context.has(bare.toLowerCase())) {
    return [{ code: "scheme-in-name", value: key, shouldBe: bare }];
  }
  if (principal.type !== "Federated") return [];
  const shouldBe = `${issuerOf(principal.id)}${key.slice(key.lastIndexOf(":"))}`;
  return context.has(shouldBe.toLowerCase()) ? [{ code: "key-of-another-issuer", key, shouldBe }] : [];
}

function wildcards({ expected, operator = "" }: Mismatch, actual: string): readonly Hint[] {
  if (!/String(Not)?Equals/.test(operator)) return [];
  const value = expected.find((one) => /[*?]/.test(one) && matchesWildcard(one, actual));
  const use = operator.replace(/Equals(IgnoreCase)?/, "Like");
  return value === undefined ? [] : [{ code: "wildcard-without-like", value, use }];
}

function schemes(expected: readonly string[], actual: string): readonly Hint[] {
  const value = expected.find((one) => one !== withoutScheme(one) && withoutScheme(one) === actual);
  return value === undefined ? [] : [{ code: "scheme-in-name", value, shouldBe: actual }];
}

function difference(values: readonly string[], actual: string): readonly Hint[] {
  const [expected] = values.toSorted((one, other) => common(other, actual) - common(one, actual));
  if (expected === undefined || expected === actual) return [];
  if (expected.trim() === actual.trim()) return [{ code: "differs-in-blanks", expected, actual }];
  const inCase = values.find((one) => one.toLowerCase() === actual.toLowerCase());
  if (inCase !== undefined) return [{ code: "differs-in-case", expected: inCase, actual }];
  const at = common(expected, actual);
  // What stands at a wildcard may differ; where the rest goes astray is not for counting characters.
  return /[*?]/.test(expected[at] ?? "") ? [] : [{ code: "differs-at", position: at + 1, expected, actual }];
}

function withoutScheme(name: string): string {
  return name.replace(/https?:\/\//i, "");
}

/** How many characters the two have in common at their beginning. */
function common(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
