import { describe, expect, it } from "vitest";
import { evaluateTrust } from "../../../src/model/trust-policy/evaluate.ts";
import { explainMismatch, type Hint } from "../../../src/model/trust-policy/explain.ts";
import {
  allow,
  AUD,
  AUDIENCE,
  call,
  ISSUER,
  OTHER_ISSUER,
  policy,
  PROVIDER,
  SUB,
  SUBJECT,
} from "./fixtures.ts";

type Row = readonly [name: string, statement: ReturnType<typeof allow>, hints: readonly Hint[]];

const rows: readonly Row[] = [
  [
    "the first character that differs, counted from 1",
    allow({ StringEquals: { [SUB]: "system:serviceaccount:shop2:cart" } }),
    [{ code: "differs-at", position: 27, expected: "system:serviceaccount:shop2:cart", actual: SUBJECT }],
  ],
  [
    "the nearest of several values",
    allow({ StringEquals: { [SUB]: ["system:node:x", "system:serviceaccount:shop:car", "other"] } }),
    [{ code: "differs-at", position: 31, expected: "system:serviceaccount:shop:car", actual: SUBJECT }],
  ],
  [
    "a wildcard under StringEquals",
    allow({ StringEquals: { [SUB]: "system:serviceaccount:shop:*" } }),
    [{ code: "wildcard-without-like", value: "system:serviceaccount:shop:*", use: "StringLike" }],
  ],
  [
    "a pattern that goes astray before its wildcard",
    allow({ StringLike: { [SUB]: "system:serviceaccount:prod:*" } }),
    [{ code: "differs-at", position: 23, expected: "system:serviceaccount:prod:*", actual: SUBJECT }],
  ],
  ["nothing to say of a wildcard in the midst", allow({ StringLike: { [SUB]: "system:*:cat" } }), []],
  [
    "case",
    allow({ StringEquals: { [AUD]: "STS.amazonaws.com" } }),
    [{ code: "differs-in-case", expected: "STS.amazonaws.com", actual: AUDIENCE }],
  ],
  [
    "a stray blank",
    allow({ StringEquals: { [AUD]: `${AUDIENCE} ` } }),
    [{ code: "differs-in-blanks", expected: `${AUDIENCE} `, actual: AUDIENCE }],
  ],
  [
    "https:// in the condition key",
    allow({ StringEquals: { [`https://${SUB}`]: SUBJECT } }),
    [{ code: "scheme-in-name", value: `https://${SUB}`, shouldBe: SUB }],
  ],
  [
    "another cluster's key",
    allow({ StringEquals: { [`${OTHER_ISSUER}:sub`]: SUBJECT } }),
    [{ code: "key-of-another-issuer", key: `${OTHER_ISSUER}:sub`, shouldBe: SUB }],
  ],
  [
    "a wildcard under StringEquals that would not help",
    allow({ StringEquals: { [SUB]: "system:serviceaccount:prod:*" } }),
    [{ code: "differs-at", position: 23, expected: "system:serviceaccount:prod:*", actual: SUBJECT }],
  ],
  [
    "https:// and another cluster in the condition key",
    allow({ StringEquals: { [`https://${OTHER_ISSUER}:sub`]: SUBJECT } }),
    [{ code: "key-of-another-issuer", key: `https://${OTHER_ISSUER}:sub`, shouldBe: SUB }],
  ],
  ["nothing to say of a key that is unknown", allow({ "ForAnyValue:Null": { "aws:SourceVpc": "true" } }), []],
  [
    "nothing to say of a key that has no counterpart",
    allow({ StringEquals: { [`${ISSUER}:email`]: "x" } }),
    [],
  ],
  ["nothing to say where a negated operator forbids", allow({ StringNotEquals: { [SUB]: SUBJECT } }), []],
];

describe("explainMismatch", () => {
  it.each(rows)("tells %s", (_name, statement, hints) => {
    const request = call();
    const [evaluation] = evaluateTrust(policy(statement), request).statements;
    const [mismatch, ...more] = evaluation?.mismatches ?? [];
    expect(more).toEqual([]);
    expect(mismatch && explainMismatch(mismatch, request)).toEqual(hints);
  });

  it("tells https:// in the provider's ARN before where it differs", () => {
    const federated = PROVIDER.replace("oidc.eks", "https://oidc.eks");
    const request = call();
    const { statements } = evaluateTrust(
      policy(allow(undefined, { Principal: { Federated: federated } })),
      request,
    );
    const hints = statements.flatMap(({ mismatches }) =>
      mismatches.flatMap((one) => explainMismatch(one, request)),
    );
    expect(hints[0]).toEqual({ code: "scheme-in-name", value: federated, shouldBe: PROVIDER });
  });

  it.each<readonly [string, readonly string[], readonly string[], readonly Hint[]]>([
    ["several values in the request", ["x"], ["a", "b"], []],
    ["no value in the request", ["a"], [], []],
    ["nothing expected", [], ["a"], []],
    ["what is expected, beside another", ["b", "a"], ["a"], []],
    [
      "another name's scheme",
      ["https://y"],
      ["x"],
      [{ code: "differs-at", position: 1, expected: "https://y", actual: "x" }],
    ],
    [
      "blanks on the request's side",
      ["x"],
      [" x"],
      [{ code: "differs-in-blanks", expected: "x", actual: " x" }],
    ],
    [
      "a value that is longer",
      ["ab"],
      ["abc"],
      [{ code: "differs-at", position: 3, expected: "ab", actual: "abc" }],
    ],
    [
      "a name with http://",
      ["http://x", "https://y"],
      ["x"],
      [
        { code: "scheme-in-name", value: "http://x", shouldBe: "x" },
        { code: "differs-at", position: 1, expected: "http://x", actual: "x" },
      ],
    ],
    ["a wildcard of an element that has no operators", ["x*"], ["xy"], []],
  ])("has its say of %s", (_name, expected, actual, hints) => {
    expect(explainMismatch({ element: "Principal", expected, actual }, call())).toEqual(hints);
  });

  it("has nothing to say of a key that is unknown, or that an AWS principal does not bring", () => {
    const mismatch = {
      element: "Condition",
      operator: "StringEquals",
      key: `${OTHER_ISSUER}:sub`,
      expected: ["x"],
    };
    expect(explainMismatch({ ...mismatch, actual: "unknown" }, call())).toEqual([]);
    const principal = { type: "AWS", arn: PROVIDER, awsAccount: "111122223333" } as const;
    expect(explainMismatch({ ...mismatch, actual: "absent" }, { ...call(), principal })).toEqual([]);
  });
});
