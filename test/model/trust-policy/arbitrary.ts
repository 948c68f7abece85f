import * as fc from "fast-check";
import type { PolicyDocument, Statement } from "../../../src/model/trust-policy/document.ts";
import { AUD, AUDIENCE, OTHER_PROVIDER, PROVIDER, SUB, SUBJECT } from "./fixtures.ts";

const oneOrMany = (values: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...values),
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }),
  );

const operator = fc.constantFrom(
  "StringEquals",
  "StringNotEquals",
  "StringLike",
  "ForAnyValue:StringLike",
  "ForAllValues:StringEquals",
  "StringNotLikeIfExists",
);
const key = fc.constantFrom(
  SUB,
  SUB.toLowerCase(),
  AUD,
  "aws:SourceVpc",
  "sts:RoleSessionName",
  "aws:username",
);
const values = oneOrMany([SUBJECT, AUDIENCE, "system:*", "other", "${aws:SourceVpc}", "*"]);
const condition = fc.dictionary(operator, fc.dictionary(key, values, { minKeys: 1, maxKeys: 2 }), {
  maxKeys: 2,
});

/** Statements near the edge: many apply to the request of the fixtures, many nearly do. */
export const statements: fc.Arbitrary<Statement> = fc.record(
  {
    Sid: fc.stringMatching(/^[A-Za-z0-9]{1,6}$/),
    Effect: fc.constantFrom("Allow", "Deny"),
    Principal: fc.oneof(
      fc.constant("*" as const),
      fc.record({ Federated: oneOrMany([PROVIDER, OTHER_PROVIDER]) }),
      fc.constant({ AWS: "111122223333" }),
    ),
    Action: oneOrMany(["sts:AssumeRoleWithWebIdentity", "sts:*", "sts:TagSession"]),
    Condition: condition,
  },
  { requiredKeys: ["Effect", "Principal", "Action"] },
);

/** Trust policies of a few such statements. */
export const documents: fc.Arbitrary<PolicyDocument> = fc.record({
  Version: fc.constantFrom("2012-10-17", "2008-10-17"),
  Statement: fc.oneof(statements, fc.array(statements, { maxLength: 4 })),
});
