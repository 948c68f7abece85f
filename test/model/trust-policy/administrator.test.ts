import { describe, expect, it } from "vitest";
import { administratorLike } from "../../../src/model/trust-policy/administrator.ts";
import type { PolicyDocument, Statement } from "../../../src/model/trust-policy/document.ts";

const on = (changes: Partial<Statement>): Statement => ({ Effect: "Allow", Resource: "*", ...changes });
const off = (changes: Partial<Statement>): Statement => ({ Effect: "Allow", ...changes });

describe("administratorLike", () => {
  it.each<readonly [string, Statement, string]>([
    ["everything", on({ Action: "*" }), "it allows '*' on '*'"],
    ["everything, spelled out", on({ Action: ["s3:Get*", "*:*"] }), "it allows '*:*' on '*'"],
    ["all of IAM", on({ Action: "iam:*" }), "it allows 'iam:*' on '*'"],
    ["all of IAM in other case", on({ Action: ["s3:*", "IAM:**"] }), "it allows 'IAM:**' on '*'"],
    ["all of IAM through question marks", on({ Action: "i?m:*" }), "it allows 'i?m:*' on '*'"],
    [
      "all of IAM by an ARN",
      on({ Action: "iam:*", Resource: ["arn:aws:s3:::x", "arn:aws:iam::*:*"] }),
      "it allows 'iam:*' on 'arn:aws:iam::*:*'",
    ],
    [
      "all of one account's IAM in another partition",
      on({ Action: "iam:*", Resource: "arn:aws-cn:iam::123456789012:*" }),
      "it allows 'iam:*' on 'arn:aws-cn:iam::123456789012:*'",
    ],
    [
      "all of IAM, by a name of any length that IAM has",
      on({ Action: "iam:???????*" }),
      "it allows 'iam:???????*' on '*'",
    ],
    ...["arn:*", "arn:aw?:iam::*", "arn:aws:iam::1*:*", "arn:aws:*", "*:*:*:*:*:*"].map(
      (resource) =>
        [
          `all of IAM on '${resource}'`,
          on({ Action: "iam:*", Resource: resource }),
          `it allows 'iam:*' on '${resource}'`,
        ] as const,
    ),
    [
      "everything but something",
      on({ NotAction: ["s3:*", "iam:DeleteUser"] }),
      "it allows everything but 's3:*', 'iam:DeleteUser' on '*'",
    ],
    [
      "everything on all but something",
      off({ Action: "*", NotResource: "arn:aws:s3:::x" }),
      "it allows '*' on everything but 'arn:aws:s3:::x'",
    ],
    [
      "everything under a condition",
      on({ Action: "*", Condition: { Bool: { "aws:SecureTransport": true } } }),
      "it allows '*' on '*'",
    ],
  ])("tells a policy that allows %s", (_name, statement, reason) => {
    const harmless = on({ Action: "s3:GetObject" });
    expect(administratorLike({ Statement: statement })).toBe(reason);
    expect(administratorLike({ Version: "2012-10-17", Statement: [harmless, statement] })).toBe(reason);
  });

  it.each<readonly [string, Statement]>([
    ["denies", { ...on({ Action: "*" }), Effect: "Deny" }],
    ["allows everything of one service", on({ Action: "s3:*" })],
    ["allows part of IAM", on({ Action: ["iam:Get*", "iam:List*", "iam:PassRole"] })],
    ["allows IAM's actions of one length", on({ Action: "iam:???????" })],
    ["allows all of IAM on one role", on({ Action: "iam:*", Resource: "arn:aws:iam::123456789012:role/x" })],
    ["allows all of IAM on roles", on({ Action: "iam:*", Resource: "arn:aws:iam::*:role/*" })],
    ["allows all of IAM on names of one length", on({ Action: "iam:*", Resource: "arn:aws:iam::*:???????" })],
    ["allows all of IAM where no ServiceAccount is", on({ Action: "iam:*", Resource: "arn:aws:iam:::*" })],
    ["allows everything on one bucket", on({ Action: "*", Resource: "arn:aws:s3:::bucket/*" })],
    ["allows everything but IAM", on({ NotAction: ["iam:*", "organizations:*"] })],
    ["allows nothing by leaving out everything", on({ NotAction: "*" })],
    ["allows nothing by leaving out every resource", off({ Action: "*", NotResource: "*" })],
  ])("lets pass a policy that %s", (_name, statement) => {
    expect(administratorLike({ Version: "2012-10-17", Statement: [statement] })).toBeUndefined();
  });

  it("lets pass what can't be read", () => {
    const documents: readonly unknown[] = [
      {},
      { Statement: [null, 1, { Effect: "Allow", Action: 1, Resource: "*" }] },
    ];
    for (const document of documents) expect(administratorLike(document as PolicyDocument)).toBeUndefined();
  });
});
