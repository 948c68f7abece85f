import * as fc from "fast-check";
import { expect, it } from "vitest";
import { TextIndex } from "../../src/model/text-index.ts";

const text = fc.string({ unit: fc.constantFrom("a", "b", '"', "é"), minLength: 12, maxLength: 16 });

it("finds what looking for each text would find, the longest first, while it is there", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, fc.boolean())),
      fc.array(fc.oneof(text, fc.constantFrom("", "a", "b".repeat(20)))),
      (changes, parts) => {
        const index = new TextIndex();
        const counts = new Map<string, number>();
        for (const [one, isAdded] of changes) {
          if (isAdded) index.add(one);
          else index.remove(one);
          counts.set(one, Math.max(0, (counts.get(one) ?? 0) + (isAdded ? 1 : -1)));
        }
        const within = [...changes.map(([one]) => one), ...parts].join("-").slice(5);
        const expected = [...counts].filter(([one, count]) => count > 0 && within.includes(one.slice(0, 12)));
        const found = index.beginningIn(within);
        expect(found.toSorted()).toEqual(expected.map(([one]) => one).toSorted());
        expect(found.map(({ length }) => length)).toEqual(
          found.map(({ length }) => length).toSorted((one, other) => other - one),
        );
      },
    ),
    { numRuns: 2_000 },
  );
});
