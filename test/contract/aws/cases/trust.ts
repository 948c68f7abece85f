import {
  createRole,
  encoded,
  exceeded,
  malformed,
  motoTakes,
  trust,
  type Case,
  type Expected,
} from "../case.ts";

const SOURCE = "IAM User Guide, Grammar of the IAM JSON policy language; Principal";
const FEDERATED = "Federated principals must be valid domain names or SAML metadata ARNs";
const federated = (id: string) => trust({ Principal: { Federated: id } });
const refusedWith = (what: string, document: string, expected: Expected): Case => ({
  name: `a trust policy with ${what} is refused`,
  source: SOURCE,
  steps: [
    createRole(
      { AssumeRolePolicyDocument: document },
      { ...expected, ...motoTakes("does not check trust policies") },
    ),
  ],
});
const taken = (what: string, document: string): Case => ({
  name: `a trust policy with ${what} is taken`,
  source: SOURCE,
  steps: [
    createRole({ AssumeRolePolicyDocument: document }),
    {
      call: "iam:GetRole",
      input: { RoleName: "app" },
      answer: { Role: { AssumeRolePolicyDocument: encoded(document) } },
    },
  ],
});
const sized = (size: number) => trust({ Sid: "x".repeat(size - trust({ Sid: "" }).length) });

/** Which trust policies IAM takes. */
export const TRUST_CASES: readonly Case[] = [
  refusedWith("content that is not JSON", "{", malformed("This policy contains invalid Json")),
  refusedWith("a list instead of an object", "[]", malformed("Syntax errors in policy.")),
  refusedWith(
    "an unknown version",
    '{"Version":"2024-01-01","Statement":[]}',
    malformed("Syntax errors in policy."),
  ),
  refusedWith("no statement", '{"Version":"2012-10-17"}', malformed("Syntax errors in policy.")),
  refusedWith("unknown elements", trust({ Principals: {} }), malformed("Syntax errors in policy.")),
  refusedWith("a Resource", trust({ Resource: "*" }), malformed("Has prohibited field Resource")),
  refusedWith("no principal", trust({ Principal: undefined }), malformed("Missing required field Principal")),
  refusedWith("no action", trust({ Action: undefined }), malformed("Missing required field Action")),
  refusedWith("no effect", trust({ Effect: undefined }), malformed("Missing required field Effect")),
  refusedWith(
    "another service's actions",
    trust({ Action: "s3:GetObject" }),
    malformed("AssumeRole policy may only specify STS AssumeRole actions."),
  ),
  refusedWith(
    "unknown operators",
    trust({ Condition: { StringEqualz: { a: "b" } } }),
    malformed("Invalid Condition type : StringEqualz."),
  ),
  refusedWith(
    "a role of the account that does not exist",
    trust({ Principal: { AWS: "arn:aws:iam::111122223333:role/none" } }),
    malformed('Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/none"'),
  ),
  refusedWith(
    "half a provider's ARN",
    federated("arn:aws:iam::111122223333:oidc-provider"),
    malformed(FEDERATED),
  ),
  refusedWith(
    "a provider whose account ID is not a number",
    federated("arn:aws:iam::ACCOUNT:oidc-provider/issuer.example"),
    malformed(FEDERATED),
  ),
  refusedWith(
    "a provider of another partition",
    federated("arn:aws-cn:iam::111122223333:oidc-provider/issuer.example"),
    malformed(FEDERATED),
  ),
  taken(
    "one statement instead of a list",
    JSON.stringify({
      Version: "2012-10-17",
      Statement: (JSON.parse(trust()) as { Statement: [object] }).Statement[0],
    }),
  ),
  taken("a provider that is not there", federated("arn:aws:iam::999999999999:oidc-provider/issuer.example")),
  taken("a domain as a provider", federated("accounts.google.com")),
  taken("everyone", trust({ Principal: "*" })),
  taken(
    "accounts and services",
    trust({ Principal: { AWS: ["999999999999", "*"], Service: "ec2.amazonaws.com" } }),
  ),
  taken(
    "operators with sets and if-exists, and Null",
    trust({
      Condition: {
        "ForAnyValue:StringLikeIfExists": { "aws:TagKeys": ["b"] },
        Null: { "aws:TokenIssueTime": "true" },
      },
    }),
  ),
  {
    name: "a trust policy has at most 2048 characters, white space not counted",
    source: "IAM User Guide, IAM and AWS STS quotas",
    steps: [
      createRole({ AssumeRolePolicyDocument: sized(2048).replaceAll(",", ",\n    ") }),
      {
        call: "iam:UpdateAssumeRolePolicy",
        input: { RoleName: "app", PolicyDocument: sized(2049) },
        ...exceeded("Cannot exceed quota for ACLSizePerRole: 2048"),
        ...motoTakes("does not check trust policies"),
      },
    ],
  },
];
