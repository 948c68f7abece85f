import { describe, expect, it } from "vitest";
import { matchesWildcard } from "../../../src/model/trust-policy/match.ts";

/** The definition, written down: slow, and plainly right. */
function naive(pattern: readonly string[], text: readonly string[]): boolean {
  const [token, ...tokens] = pattern;
  const [character, ...characters] = text;
  if (token === undefined) return character === undefined;
  if (token === "*") return naive(tokens, text) || (character !== undefined && naive(pattern, characters));
  return character !== undefined && (token === "?" || token === character) && naive(tokens, characters);
}

/** Every text of at most so many of these characters. */
function texts(characters: readonly string[], most: number): readonly (readonly string[])[] {
  if (most === 0) return [[]];
  const shorter = texts(characters, most - 1);
  const longest = shorter.filter(({ length }) => length === most - 1);
  return [...shorter, ...longest.flatMap((one) => characters.map((character) => [...one, character]))];
}

describe("a pattern matches as the definition says", () => {
  it.each([
    ["letters", ["a", "b", "*"], 6, ["a", "b"], 5],
    ["letters and single characters", ["a", "*", "?"], 5, ["a", "b"], 5],
    ["characters of two code units", ["😀", "a", "*", "?"], 4, ["😀", "a"], 4],
    ["half of such a character", ["\uD83D", "😀", "*", "a"], 3, ["\uD83D", "😀", "a"], 3],
  ] as const)("of %s", (_what, ofPattern, longest, ofText, length) => {
    const all = texts(ofText, length);
    for (const pattern of texts(ofPattern, longest)) {
      const wrong = all.filter((text) => {
        const [whole, other] = [pattern.join(""), text.join("")];
        return matchesWildcard(whole, other) !== naive(Array.from(whole), Array.from(other));
      });
      expect([pattern, wrong]).toEqual([pattern, []]);
    }
  });
});
