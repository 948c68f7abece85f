import { describe, expect, it } from "vitest";
import { listOf, type Statement } from "../../../src/model/trust-policy/document.ts";
import { mergeTrust } from "../../../src/model/trust-policy/merge-trust.ts";
import { allow, ISSUER, policy } from "./fixtures.ts";

const of = (name: string, sid?: string): Statement =>
  allow({ StringEquals: { [`${ISSUER}:sub`]: name } }, sid === undefined ? {} : { Sid: sid });
const [A, B, C, D] = ["a", "b", "c", "d"].map((name) => of(name)) as [
  Statement,
  Statement,
  Statement,
  Statement,
];

const merged = (base: readonly Statement[], ours: readonly Statement[], theirs: readonly Statement[]) => {
  const { document, theyRemoved, contested } = mergeTrust(
    policy(...base),
    policy(...ours),
    policy(...theirs),
  );
  return { statements: listOf(document.Statement), theyRemoved, contested };
};

describe("a statement that both sides change", () => {
  it.each<
    readonly [string, readonly Statement[], readonly Statement[], readonly Statement[], readonly Statement[]]
  >([
    ["is contested where each makes another of it", [A], [B], [C], [A]],
    ["is contested alone, of several", [A, D], [B, D], [C], [A]],
    ["is not contested where ours adds nothing", [A, D], [D], [C, D], []],
    ["is not contested where both make the same of it", [A], [B], [B], []],
    ["is not contested where theirs alone changes it", [A], [A, B], [C], []],
    ["is not contested where ours alone changes it", [A], [B], [A, C], []],
  ])("%s", (_what, base, ours, theirs, contested) =>
    expect(merged(base, ours, theirs).contested).toEqual(contested),
  );
});

it("what theirs removed and ours did not is told", () => {
  expect(merged([A, B], [A, B, C], [B])).toMatchObject({ statements: [B, C], theyRemoved: [A] });
  expect(merged([A, B], [B, C], [B]).theyRemoved).toEqual([]);
});

describe("a statement that ours adds", () => {
  it("keeps its Sid where no other has it, and stays the object that it is", () => {
    for (const added of [of("b"), of("b", "Mine")]) {
      const { statements } = merged([A], [A, added], [A, of("c", "Theirs"), D]);
      expect(statements.at(-1)).toBe(added);
    }
  });

  it("loses its Sid where any other has it", () => {
    const theirs = [of("c", "Same"), D];
    expect(merged([A], [A, of("b", "Same")], [A, ...theirs]).statements).toEqual([A, ...theirs, B]);
  });

  it("is added once where another says the same under a Sid that is free, and stays so when merged again", () => {
    const ours = [of("a", "Same"), of("a", "Free")];
    const theirs = [of("c", "Same")];
    const once = merged([A], ours, theirs).statements;
    expect(once).toEqual([...theirs, of("a", "Free")]);
    expect(merged([A], ours, once).statements).toEqual(once);
  });
});
