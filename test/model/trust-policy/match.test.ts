import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesAction, matchesWildcard } from "../../../src/model/trust-policy/match.ts";

/** The definition, written down: slow, and plainly right. */
function naive(pattern: readonly string[], text: readonly string[]): boolean {
  const [token, ...pattern2] = pattern;
  const [character, ...text2] = text;
  if (token === undefined) return character === undefined;
  if (token === "*") return naive(pattern2, text) || (character !== undefined && naive(pattern, text2));
  return character !== undefined && (token === "?" || token === character) && naive(pattern2, text2);
}

const text = fc.string({ unit: fc.constantFrom("a", "b", "/", ":", "[", "😀"), maxLength: 8 });
const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "?", "[", "😀"), maxLength: 7 });

describe("wildcards", () => {
  it("match as the definition says", () => {
    fc.assert(
      fc.property(pattern, text, (pattern, text) => {
        expect(matchesWildcard(pattern, text)).toBe(naive(Array.from(pattern), Array.from(text)));
      }),
      { numRuns: 2000 },
    );
  });

  it("are all that is special: a text without them matches itself", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(matchesWildcard(text, text)).toBe(true);
      }),
    );
  });

  it("do not blow up on a hostile pattern", () => {
    const started = performance.now();
    expect(matchesWildcard(`${"*a".repeat(500)}b`, "a".repeat(5000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("match actions whatever their case", () => {
    expect(matchesAction(["S3:*", "Sts:Assume*"], "sts:assumerole")).toBe(true);
    expect(matchesAction(["s3:*"], "sts:AssumeRole")).toBe(false);
  });
});
