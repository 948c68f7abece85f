import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listOf, type PolicyDocument, type Statement } from "../../../src/model/trust-policy/document.ts";
import { evaluateTrust } from "../../../src/model/trust-policy/evaluate.ts";
import { moveIssuer, type MoveWay } from "../../../src/model/trust-policy/move-issuer.ts";
import { mentionsIssuer } from "../../../src/model/trust-policy/rename-issuer.ts";
import { webIdentityRequest } from "../../../src/model/trust-policy/request.ts";
import { sameDocument } from "../../../src/model/trust-policy/same.ts";

const issuer = (id: string) => ({
  issuerHostPath: `oidc.eks.eu-west-1.amazonaws.com/id/${id}`,
  providerArn: `arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/${id}`,
});
const [OLD, NEW, THIRD] = [issuer("A01"), issuer("B02"), issuer("C03")];
const MOVE = { from: OLD, to: NEW };
const SUBJECTS = ["shop:cart", "shop:cart2", "shop:till", "search:cart", "kube-system:agent"].map(
  (path) => `system:serviceaccount:${path}`,
);
const AUDIENCES = ["sts.amazonaws.com", "my-app", "nobody"];

type Issuer = typeof OLD;

const values = (pool: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...pool),
    fc.uniqueArray(fc.constantFrom(...pool), { minLength: 1, maxLength: 2 }),
  );
const operator = fc.constantFrom(
  "StringEquals",
  "StringLike",
  "StringNotLike",
  "StringEqualsIfExists",
  "ForAnyValue:StringLike",
  "ForAllValues:StringEquals",
  "StringNotEqualsIfExists",
);

/** A condition on tokens of one of these issuers, or on what can't be known. */
const condition = (issuers: readonly Issuer[], odd: readonly string[] = []) =>
  fc.oneof(
    ...issuers.flatMap(({ issuerHostPath }) => [
      fc.record({
        key: fc.constantFrom(`${issuerHostPath}:sub`, `${issuerHostPath}:SUB`),
        values: values([...SUBJECTS, "system:serviceaccount:shop:*", "*:agent", "system:serviceaccount:?*"]),
      }),
      fc.record({
        key: fc.constant(`${issuerHostPath}:aud`),
        values: values([...AUDIENCES, "*", `\${${issuerHostPath}:sub}`]),
      }),
    ]),
    fc.record({ key: fc.constant("aws:SourceIp"), values: values(["10.0.0.0/8"]) }),
    fc.record({
      key: fc.constantFrom("aws:FederatedProvider", "aws:federatedprovider"),
      values: values(
        issuers
          .flatMap(({ providerArn, issuerHostPath }) => [providerArn, `*/${issuerHostPath}`])
          .concat(odd),
      ),
    }),
  );

const principalOf = (issuers: readonly Issuer[]) =>
  fc.record({ Federated: values(issuers.map(({ providerArn }) => providerArn)) });

const statementOf = (
  issuers: readonly Issuer[],
  principal: fc.Arbitrary<NonNullable<Statement["Principal"]>>,
  odd: readonly string[] = [],
) =>
  fc
    .record({
      effect: fc.constantFrom("Allow", "Allow", "Deny"),
      principal,
      negated: fc.constantFrom(false, false, false, false, true),
      action: fc.constantFrom("sts:AssumeRoleWithWebIdentity", "sts:*", "sts:TagSession"),
      sid: fc.option(fc.stringMatching(/^[A-Z][a-z]{1,4}$/)),
      conditions: fc.array(fc.tuple(operator, condition(issuers, odd)), { maxLength: 3 }),
    })
    .map(({ effect, principal: who, negated, action, sid, conditions }): Statement => ({
      ...(sid !== null && { Sid: sid }),
      Effect: effect,
      [negated && effect === "Deny" ? "NotPrincipal" : "Principal"]: who,
      Action: action,
      ...(conditions.length > 0 && { Condition: blockOf(conditions) }),
    }));

function blockOf(conditions: readonly (readonly [string, { key: string; values: string | string[] }])[]) {
  const block: Record<string, Record<string, string | string[]>> = {};
  for (const [name, { key, values: wanted }] of conditions) block[name] = { ...block[name], [key]: wanted };
  return block;
}

const document = (statements: fc.Arbitrary<readonly Statement[]>): fc.Arbitrary<PolicyDocument> =>
  fc.record({ Version: fc.constantFrom("2012-10-17", "2012-10-17", "2008-10-17"), Statement: statements });

const ALL = [OLD, NEW, THIRD];
const anything = document(
  fc.array(
    statementOf(
      ALL,
      fc.oneof(
        principalOf([OLD]),
        principalOf(ALL),
        fc.constant("*" as const),
        fc.constant({ AWS: "arn:aws:iam::111122223333:root" }),
        fc.constant({ Federated: "*" }),
      ),
      // Patterns of providers that no rule renames.
      ["*A01", "*0?"],
    ),
    { minLength: 1, maxLength: 4 },
  ),
);

/** Statements that are the old issuer's alone, and others that are nothing of it. */
const usual = document(
  fc.array(fc.oneof(statementOf([OLD], principalOf([OLD])), statementOf([THIRD], principalOf([THIRD]))), {
    minLength: 1,
    maxLength: 4,
  }),
).filter(({ Statement: statements }) =>
  listOf(statements).every(({ NotPrincipal: not }) => not === undefined),
);

/** Documents by which the laws were broken once. */
const FOUND_ONCE: [PolicyDocument][] = [
  [
    {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111122223333:root" },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringNotEqualsIfExists: { "aws:FederatedProvider": OLD.providerArn },
            StringEquals: { [`${OLD.issuerHostPath}:sub`]: "system:serviceaccount:shop:cart" },
          },
        },
      ],
    },
  ],
  [
    {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: "*",
        Action: "sts:TagSession",
        Condition: {
          StringNotEqualsIfExists: { "aws:FederatedProvider": [OLD.providerArn, `*/${OLD.issuerHostPath}`] },
        },
      },
    },
  ],
];

const ways = fc.constantFrom<MoveWay>("beside", "replace");

function moved(before: PolicyDocument, way: MoveWay): PolicyDocument | undefined {
  const outcome = moveIssuer(before, MOVE, way);
  return outcome.ok ? outcome.document : undefined;
}

/** What the trust policy says to every caller of a small world by an issuer's tokens. */
function verdicts(trust: PolicyDocument, by: Issuer): string[] {
  return SUBJECTS.flatMap((subject) =>
    AUDIENCES.map((audience) => {
      const { verdict, unknownKeys } = evaluateTrust(trust, webIdentityRequest({ ...by, subject, audience }));
      return `${verdict} ${unknownKeys.join()}`;
    }),
  );
}

/** The same, where every condition key is known, as it is to STS. */
function known(trust: PolicyDocument, by: Issuer, facts: Readonly<Record<string, string>>): string[] {
  return SUBJECTS.flatMap((subject) =>
    AUDIENCES.map((audience) => {
      const request = webIdentityRequest({ ...by, subject, audience, facts, others: "absent" });
      return evaluateTrust(trust, request).verdict;
    }),
  );
}

const RANKS = ["deny", "conditional", "allow"];
const rank = (verdict = ""): number => RANKS.indexOf(verdict.split(" ")[0] ?? "");
const isIn = (verdict: string | undefined): boolean => rank(verdict) > 0;

describe("a moved trust policy", () => {
  it("of the old issuer alone: by the new one gets in who got in by the old, under the same conditions", () => {
    fc.assert(
      fc.property(usual, ways, (before, way) => {
        const after = moved(before, way);
        fc.pre(after !== undefined);
        expect(verdicts(after, NEW)).toEqual(verdicts(before, OLD));
        expect(verdicts(after, THIRD)).toEqual(verdicts(before, THIRD));
        const old = way === "beside" ? verdicts(before, OLD) : verdicts(before, issuer("never-named"));
        expect(verdicts(after, OLD)).toEqual(old);
      }),
      { numRuns: 50 },
    );
  });

  it("of the old issuer alone can always be made, unless one key stands twice", () => {
    fc.assert(
      fc.property(usual, ways, (before, way) => {
        const outcome = moveIssuer(before, MOVE, way);
        expect(outcome.ok || outcome.problem.code === "entangled").toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("of anything that names the old one: nobody gets in who got in by neither issuer, and no other issuer's tokens fare otherwise", () => {
    fc.assert(
      fc.property(anything, ways, (before, way) => {
        const after = moved(before, way);
        fc.pre(after !== undefined && mentionsIssuer(before, OLD));
        const [old, own, now] = [verdicts(before, OLD), verdicts(before, NEW), verdicts(after, NEW)];
        now.forEach((verdict, at) => expect(isIn(verdict)).toBe(isIn(old[at]) || isIn(own[at])));
        expect(verdicts(after, THIRD)).toEqual(verdicts(before, THIRD));
        // What does not name an issuer may still let the old one's tokens in, under its own conditions.
        const left = verdicts(after, OLD).map((verdict, at) =>
          way === "replace" && rank(verdict) < rank(old[at]) ? old[at] : verdict,
        );
        expect(left).toEqual(old);
      }),
      { numRuns: 40 },
    );
  });

  it("of anything: where all is known that STS knows, the new issuer's tokens fare as the better of either did, and no Deny is lost", () => {
    fc.assert(
      fc.property(anything, ways, (before, way) => {
        const after = moved(before, way);
        fc.pre(after !== undefined && mentionsIssuer(before, OLD));
        for (const facts of [{}, { "aws:SourceIp": "10.1.2.3" }, { "aws:SourceIp": "192.0.2.1" }]) {
          const [old, own, now] = [
            known(before, OLD, facts),
            known(before, NEW, facts),
            known(after, NEW, facts),
          ];
          now.forEach((verdict, at) => expect(isIn(verdict)).toBe(isIn(old[at]) || isIn(own[at])));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("keeps every statement that does not name the old issuer, to the byte and in its order", () => {
    fc.assert(
      fc.property(anything, ways, (before, way) => {
        const after = moved(before, way);
        fc.pre(after !== undefined);
        const foreign = (trust: PolicyDocument): string[] =>
          listOf(trust.Statement)
            .filter((one) => !mentionsIssuer(one, OLD) && !mentionsIssuer(one, NEW))
            .map((one) => JSON.stringify(one));
        expect(foreign(after)).toEqual(foreign(before));
      }),
      { numRuns: 50 },
    );
  });

  it("is as it is to be: moved again it is itself, and beside before in its place makes no difference", () => {
    fc.assert(
      fc.property(anything, (before) => {
        const beside = moved(before, "beside");
        fc.pre(beside !== undefined);
        expect(moved(beside, "beside")).toBe(beside);
        const replaced = moved(before, "replace");
        fc.pre(replaced !== undefined);
        expect(moved(replaced, "replace")).toBe(replaced);
        const both = moved(beside, "replace");
        fc.pre(both !== undefined);
        expect(sameDocument(both, replaced)).toBe(true);
      }),
      { numRuns: 40, examples: FOUND_ONCE },
    );
  });

  it("no longer names the old issuer where it was replaced", () => {
    fc.assert(
      fc.property(anything, (before) => {
        const after = moved(before, "replace");
        fc.pre(after !== undefined && after.Version === "2012-10-17");
        expect(mentionsIssuer(after, OLD)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});
