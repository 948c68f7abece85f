import * as fc from "fast-check";
import { expect, it } from "vitest";
import { candidatesOf } from "../../src/audit/candidates.ts";
import { known } from "../../src/model/known.ts";
import { matchesPattern, patternOf } from "../../src/model/trust-policy/match.ts";
import { serviceAccount } from "./build.ts";

const part = (min: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: min, maxLength: 3 });
const wild = fc.string({ unit: fc.constantFrom("a", "b", "-", "*", "?", ":"), maxLength: 4 });
const paths = fc.uniqueArray(
  fc.tuple(part(1), part(1)).map((pair) => pair.join("/")),
  { maxLength: 12 },
);
const value = fc.oneof(
  fc.tuple(wild, wild).map(([namespace, name]) => `system:serviceaccount:${namespace}:${name}`),
  wild.map((rest) => `system:serviceaccount:${rest}`),
  wild.map((rest) => `system:*:${rest}`),
  wild.map((start) => `${start}:a:b`),
  wild,
);

it("a value with wildcards finds whom comparing it with every subject finds, asked once or again", () => {
  fc.assert(
    fc.property(paths, fc.array(value, { minLength: 1, maxLength: 6 }), (paths, values) => {
      const candidates = candidatesOf(known(paths.map((path) => serviceAccount(path))));
      const all = [...candidates.byAudience.values()].flat();
      for (const one of [...values, ...values]) {
        const { found, compared } = candidates.matching(one);
        const brute = all.filter(({ subject }) => matchesPattern(patternOf(one), subject));
        expect(found.toSorted(bySubject)).toEqual(brute.toSorted(bySubject));
        expect(compared).toBeGreaterThanOrEqual(found.length);
      }
    }),
    { numRuns: 3000 },
  );
});

function bySubject(one: { readonly subject: string }, other: { readonly subject: string }): number {
  return one.subject < other.subject ? -1 : 1;
}
