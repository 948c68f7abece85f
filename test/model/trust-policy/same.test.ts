import { describe, expect, it } from "vitest";
import type { PolicyDocument, Statement } from "../../../src/model/trust-policy/document.ts";
import { canonicalJson, sameDocument } from "../../../src/model/trust-policy/same.ts";
import { allow, AUD, deny, policy, PROVIDER, SUB } from "./fixtures.ts";

const base = allow({
  StringEquals: { [SUB]: ["a", "b"], [AUD]: "x" },
  Bool: { "aws:SecureTransport": true },
});

describe("sameDocument", () => {
  it.each<readonly [string, PolicyDocument, PolicyDocument]>([
    ["the order of statements", policy(base, deny()), policy(deny(), base)],
    ["a single statement and its list", policy(base), { Version: "2012-10-17", Statement: base }],
    ["the order of elements", policy(base), { Statement: [reversed(base)], Version: "2012-10-17" }],
    [
      "a single value and its list",
      policy(base),
      policy({ ...base, Action: [base.Action as string], Principal: { Federated: [PROVIDER] } }),
    ],
    [
      "the order of values",
      policy(allow({ StringLike: { [SUB]: ["a", "b"] } })),
      policy(allow({ StringLike: { [SUB]: ["b", "a", "b"] } })),
    ],
    [
      "the case of keys, operators and actions",
      policy(base),
      policy({
        ...base,
        Action: "STS:AssumeRoleWithWebIdentity",
        Condition: {
          bool: { "AWS:securetransport": "true" },
          stringequals: { [AUD.toLowerCase()]: "x", [SUB.toUpperCase()]: ["a", "b"] },
        },
      }),
    ],
    ...["NotAction", "Resource", "NotResource"].map(
      (element) =>
        [
          `the order of values of ${element}`,
          policy({ ...base, [element]: ["a:b", "c:d"] }),
          policy({ ...base, [element]: ["c:d", "a:b"] }),
        ] as const,
    ),
    [
      "a single NotPrincipal and its list",
      policy({ ...base, NotPrincipal: { AWS: "111122223333" } }),
      policy({ ...base, NotPrincipal: { AWS: ["111122223333"] } }),
    ],
    [
      "the order of operators that are none",
      policy({ ...base, Condition: { x: { a: "1" }, y: { a: "1" } } }),
      policy({ ...base, Condition: { y: { a: "1" }, x: { a: "1" } } }),
    ],
    [
      "the Version that is meant where none is given",
      { Statement: base },
      { Version: "2008-10-17", Statement: base },
    ],
  ])("does not mind %s", (_name, one, other) => {
    expect(sameDocument(one, other)).toBe(true);
    expect(canonicalJson(one)).toBe(canonicalJson(other));
  });

  it.each<readonly [string, Statement]>([
    ["the effect", { ...base, Effect: "Deny" }],
    ["a value", allow({ ...base.Condition, StringEquals: { [SUB]: ["a", "c"], [AUD]: "x" } })],
    ["the case of a value", allow({ ...base.Condition, StringEquals: { [SUB]: ["A", "b"], [AUD]: "x" } })],
    ["a condition less", allow({ StringEquals: { [SUB]: ["a", "b"], [AUD]: "x" } })],
    [
      "an operator",
      allow({ StringLike: { [SUB]: ["a", "b"], [AUD]: "x" }, Bool: { "aws:SecureTransport": true } }),
    ],
    ["the Sid", { ...base, Sid: "x" }],
    ["the principal", { ...base, Principal: "*" }],
    ["the case of a resource", { ...base, Resource: "X" }],
  ])("minds %s", (_name, statement) => {
    expect(sameDocument(policy(base), policy(statement))).toBe(false);
  });

  it.each<readonly [string, unknown, unknown]>([
    ["a statement that is not an object", null, "x"],
    ["a list of statements within the list", [base], base],
    ["a Condition that is not an object", { Condition: "ab" }, { Condition: { 0: "a", 1: "b" } }],
    ["an operator that has no keys", { Condition: { Bool: "x" } }, { Condition: { Bool: "y" } }],
    ["an operator whose keys are a text", { Condition: { Bool: "x" } }, { Condition: { Bool: { 0: "x" } } }],
    ["principals that are not texts", { Principal: { AWS: [{ a: 1 }] } }, { Principal: { AWS: [{ a: 2 }] } }],
    ["a resource's case", { Resource: "arn:aws:s3:::X" }, { Resource: "arn:aws:s3:::x" }],
    ["a principal's case", { NotPrincipal: { AWS: "X" } }, { NotPrincipal: { AWS: "x" } }],
  ])("minds, without ever throwing, %s", (_name, one, other) => {
    const document = (statement: unknown) => ({ Statement: [statement] }) as PolicyDocument;
    expect(sameDocument(document(one), document(one))).toBe(true);
    expect(sameDocument(document(one), document(other))).toBe(false);
  });

  it("does not lose a key that another one differs from in case only", () => {
    const both = policy(allow({ StringLike: { [SUB]: "a*", [SUB.toUpperCase()]: "*b" } }));
    expect(sameDocument(both, policy(allow({ StringLike: { [SUB]: "*b" } })))).toBe(false);
  });
});

function reversed(statement: Statement): Statement {
  return Object.fromEntries(Object.entries(statement).toReversed()) as unknown as Statement;
}
