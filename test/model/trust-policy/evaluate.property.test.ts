import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listOf, type PolicyDocument } from "../../../src/model/trust-policy/document.ts";
import { evaluateTrust, verdictOf } from "../../../src/model/trust-policy/evaluate.ts";
import { readTrust } from "../../../src/model/trust-policy/read.ts";
import { documents, statements } from "./arbitrary.ts";
import { call } from "./fixtures.ts";

const WIDTH = { deny: 0, conditional: 1, allow: 2 } as const;

describe("the evaluator", () => {
  it("never allows more for one more Deny", () => {
    fc.assert(
      fc.property(documents, statements, (document, statement) => {
        const narrowed = [...listOf(document.Statement), { ...statement, Effect: "Deny" as const }];
        expect(width({ ...document, Statement: narrowed })).toBeLessThanOrEqual(width(document));
      }),
    );
  });

  it("never allows less for one more Allow", () => {
    fc.assert(
      fc.property(documents, statements, (document, statement) => {
        const widened = [...listOf(document.Statement), { ...statement, Effect: "Allow" as const }];
        expect(width({ ...document, Statement: widened })).toBeGreaterThanOrEqual(width(document));
      }),
    );
  });

  it("does not mind the order of statements", () => {
    fc.assert(
      fc.property(documents, (document) => {
        const reversed = { ...document, Statement: listOf(document.Statement).toReversed() };
        const [one, other] = [evaluateTrust(document, call()), evaluateTrust(reversed, call())];
        expect(other.verdict).toBe(one.verdict);
        expect(other.unknownKeys.map(lower)).toEqual(one.unknownKeys.map(lower));
      }),
    );
  });

  it("stands by its word, whatever comes to be known later", () => {
    const facts = fc.record({
      "aws:SourceVpc": fc.constantFrom([], ["other"], ["vpc-1"]),
      "sts:RoleSessionName": fc.constantFrom([], ["system:x"]),
    });
    fc.assert(
      fc.property(documents, facts, (document, facts) => {
        const { verdict, unknownKeys } = evaluateTrust(document, call());
        const later = evaluateTrust(document, call({ facts }));
        expect(verdict === "conditional" ? ["allow", "deny"] : [verdict]).toContain(later.verdict);
        expect(Object.keys(facts).map(lower)).toEqual(expect.arrayContaining(unknownKeys.map(lower)));
      }),
    );
  });

  it("gives the same verdict where nobody asks why", () => {
    const subjects = fc.constantFrom("system:serviceaccount:shop:cart", "system:serviceaccount:other:cart");
    fc.assert(
      fc.property(documents, subjects, (document, subject) => {
        const request = call({ subject });
        expect(verdictOf(readTrust(document), request)).toBe(evaluateTrust(document, request).verdict);
      }),
      { numRuns: 1000 },
    );
  });

  it("says the same of a document that has been through JSON", () => {
    fc.assert(
      fc.property(documents, (document) => {
        const copy: unknown = JSON.parse(JSON.stringify(document));
        expect(evaluateTrust(copy, call())).toEqual(evaluateTrust(document, call()));
      }),
    );
  });
});

function width(document: PolicyDocument): number {
  return WIDTH[evaluateTrust(document, call()).verdict];
}

function lower(text: string): string {
  return text.toLowerCase();
}
