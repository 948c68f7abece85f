import { describe, expect, it } from "vitest";
import { evaluateTrust } from "../../../src/model/trust-policy/evaluate.ts";
import {
  allow,
  AUD,
  AUDIENCE,
  call,
  deny,
  OTHER_PROVIDER,
  policy,
  PROVIDER,
  SUB,
  SUBJECT,
} from "./fixtures.ts";

describe("the evidence of an evaluation", () => {
  it("names everything that keeps a statement from applying", () => {
    const statement = allow(
      { StringLike: { [SUB.toUpperCase()]: ["a*", "b"] }, Bool: { "aws:MultiFactorAuthPresent": true } },
      { Sid: "Broken", Principal: { Federated: OTHER_PROVIDER }, Action: "sts:AssumeRole" },
    );
    expect(evaluateTrust(policy(statement), call()).statements).toEqual([
      {
        index: 0,
        sid: "Broken",
        effect: "Allow",
        applies: "no",
        unknownKeys: [],
        unreadable: [],
        mismatches: [
          { element: "Principal", expected: [OTHER_PROVIDER], actual: [PROVIDER] },
          { element: "Action", expected: ["sts:AssumeRole"], actual: ["sts:AssumeRoleWithWebIdentity"] },
          {
            element: "Condition",
            operator: "StringLike",
            key: SUB.toUpperCase(),
            expected: ["a*", "b"],
            actual: [SUBJECT],
          },
          {
            element: "Condition",
            operator: "Bool",
            key: "aws:MultiFactorAuthPresent",
            expected: ["true"],
            actual: "absent",
          },
        ],
      },
    ]);
  });

  it("has none against a statement that applies, and keys for one that may", () => {
    const document = policy(
      allow({ StringEquals: { [AUD]: AUDIENCE } }),
      deny({ Null: { "aws:SourceVpc": "true" } }),
    );
    expect(evaluateTrust(document, call()).statements).toMatchObject([
      { index: 0, effect: "Allow", applies: "yes", mismatches: [], unknownKeys: [] },
      { index: 1, effect: "Deny", applies: "unknown", mismatches: [], unknownKeys: ["aws:SourceVpc"] },
    ]);
  });

  it("has no keys for a statement that is decided without them", () => {
    const condition = { StringEquals: { [SUB]: "other", "aws:SourceVpc": "vpc-1" } };
    expect(evaluateTrust(policy(allow(condition)), call()).statements).toMatchObject([
      { applies: "no", unknownKeys: [] },
    ]);
  });

  it("names an AWS principal by its ARN", () => {
    const principal = {
      type: "AWS",
      arn: "arn:aws:iam::444455556666:user/Bob",
      awsAccount: "444455556666",
    } as const;
    const { statements } = evaluateTrust(policy(allow()), { ...call(), principal });
    expect(statements[0]?.mismatches).toEqual([
      { element: "Principal", expected: [PROVIDER], actual: ["arn:aws:iam::444455556666:user/Bob"] },
    ]);
  });
});
