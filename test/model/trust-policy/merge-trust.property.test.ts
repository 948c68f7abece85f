import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listOf, type PolicyDocument, type Statement } from "../../../src/model/trust-policy/document.ts";
import { mergeTrust } from "../../../src/model/trust-policy/merge-trust.ts";
import { canonicalStatement, sameDocument } from "../../../src/model/trust-policy/same.ts";
import { ISSUER, PROVIDER } from "./fixtures.ts";

const statement = fc
  .record({
    effect: fc.constantFrom("Allow" as const, "Deny" as const),
    name: fc.constantFrom("cart", "till", "agent", "worker"),
    sid: fc.option(fc.constantFrom("One", "Two"), { nil: undefined }),
    isList: fc.boolean(),
  })
  .map(({ effect, name, sid, isList }): Statement => {
    const action = "sts:AssumeRoleWithWebIdentity";
    return {
      ...(sid !== undefined && { Sid: sid }),
      Effect: effect,
      Principal: { Federated: PROVIDER },
      Action: isList ? [action] : action,
      Condition: { StringEquals: { [`${ISSUER}:sub`]: `system:serviceaccount:shop:${name}` } },
    };
  });
const bare = (one: Statement): Statement => {
  const { Sid: _, ...rest } = one;
  return rest;
};
const documentOf = (statements: fc.Arbitrary<Statement>): fc.Arbitrary<PolicyDocument> =>
  fc
    .uniqueArray(statements, { maxLength: 5, selector: canonicalStatement })
    .map((list) => ({ Version: "2012-10-17", Statement: list }));
const policies = documentOf(statement);
/** Without Sids, which may have to give way to one another. */
const plain = documentOf(statement.map(bare));

const keys = ({ Statement: statements }: PolicyDocument): ReadonlySet<string> =>
  new Set(listOf(statements).map(canonicalStatement));
const keysButSid = ({ Statement: statements }: PolicyDocument): ReadonlySet<string> =>
  new Set(listOf(statements).map((one) => canonicalStatement(bare(one))));
const minus = (some: ReadonlySet<string>, others: ReadonlySet<string>) =>
  [...some].filter((one) => !others.has(one));

/** What either has removed. */
function removedBy(base: PolicyDocument, ...edits: readonly PolicyDocument[]): ReadonlySet<string> {
  return new Set(edits.flatMap((edited) => minus(keys(base), keys(edited))));
}

function isUnique({ Statement: statements }: PolicyDocument): boolean {
  const sids = listOf(statements).flatMap(({ Sid }) => Sid ?? []);
  return new Set(sids).size === sids.length;
}

describe("two edits of one trust policy, merged", () => {
  it("lose no statement of either side that the other has not removed, no Deny above all", () => {
    fc.assert(
      fc.property(plain, plain, plain, (base, ours, theirs) => {
        const merged = keys(mergeTrust(base, ours, theirs).document);
        const removed = removedBy(base, ours, theirs);
        const wanted = [...keys(ours), ...keys(theirs)].filter((one) => !removed.has(one));
        expect(minus(new Set(wanted), merged)).toEqual([]);
        expect([...merged].filter((one) => removed.has(one))).toEqual([]);
        expect(minus(merged, new Set(wanted))).toEqual([]);
      }),
    );
  });

  it("lose none for its Sid either, and have no Sid twice that neither had twice", () => {
    fc.assert(
      fc.property(policies, policies, policies, (base, ours, theirs) => {
        fc.pre([base, ours, theirs].every(isUnique));
        const { document } = mergeTrust(base, ours, theirs);
        expect(isUnique(document)).toBe(true);
        const removed = removedBy(base, ours, theirs);
        const kept = [...listOf(ours.Statement), ...listOf(theirs.Statement)].filter(
          (one) => !removed.has(canonicalStatement(one)),
        );
        expect(minus(keysButSid({ Statement: kept }), keysButSid(document))).toEqual([]);
      }),
    );
  });

  it("are ours where they did nothing, theirs where we did nothing, and again themselves", () => {
    fc.assert(
      fc.property(policies, policies, policies, (base, ours, theirs) => {
        fc.pre([base, ours, theirs].every(isUnique));
        expect(keysButSid(mergeTrust(base, ours, base).document)).toEqual(keysButSid(ours));
        expect(mergeTrust(base, base, ours).document).toBe(ours);
        const { document } = mergeTrust(theirs, theirs, ours);
        expect(document).toBe(ours);
        const once = mergeTrust(base, ours, theirs).document;
        expect(mergeTrust(base, ours, once).document).toBe(once);
      }),
    );
  });

  it("are the same whoever comes first, and in whatever order the statements stand", () => {
    const shuffled = (trust: PolicyDocument): PolicyDocument => ({
      ...trust,
      Statement: listOf(trust.Statement).toReversed(),
    });
    fc.assert(
      fc.property(plain, plain, plain, (base, ours, theirs) => {
        const one = mergeTrust(base, ours, theirs).document;
        expect(sameDocument(one, mergeTrust(base, theirs, ours).document)).toBe(true);
        const other = mergeTrust(shuffled(base), shuffled(ours), shuffled(theirs)).document;
        expect(sameDocument(one, other)).toBe(true);
      }),
    );
  });

  it("keep every element of theirs that is not a statement", () => {
    fc.assert(
      fc.property(plain, plain, plain, fc.string(), (base, ours, theirs, Id) => {
        expect(mergeTrust(base, ours, { ...theirs, Id }).document).toMatchObject({
          Id,
          Version: "2012-10-17",
        });
      }),
    );
  });

  it("are distinguished from edits of the same statement, where nobody can say which is meant", () => {
    fc.assert(
      fc.property(plain, plain, plain, (base, ours, theirs) => {
        const { contested, theyRemoved } = mergeTrust(base, ours, theirs);
        for (const one of contested) {
          const key = canonicalStatement(one);
          expect([keys(ours).has(key), keys(theirs).has(key)]).toEqual([false, false]);
        }
        const others = minus(keys(base), keys(theirs)).filter((one) => keys(ours).has(one));
        expect(theyRemoved.map(canonicalStatement)).toEqual(others);
      }),
    );
  });
});
