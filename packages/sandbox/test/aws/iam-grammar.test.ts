import { describe, expect, it } from "vitest";
import { checkPolicyDocument } from "../../../../src/model/trust-policy/check.ts";
import { checkedPermissions } from "../../src/aws/iam/permission-grammar.ts";
import { checkedTrust } from "../../src/aws/iam/trust-grammar.ts";
import { emptyAwsAccount } from "../../src/aws/state.ts";

const ALLOW = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const TRUST = {
  Effect: "Allow",
  Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC" },
  Action: "sts:AssumeRoleWithWebIdentity",
};

const without = (element: string, statement: object = ALLOW): object =>
  Object.fromEntries(Object.entries(statement).filter(([name]) => name !== element));
const when = (Condition: unknown, statement: object = ALLOW): object => ({ ...statement, Condition });

type Case = readonly [what: string, statements: unknown, more?: object];

const IDENTITY_REFUSED: readonly Case[] = [
  ["Action with NotAction", { ...ALLOW, NotAction: "s3:*" }],
  ["Resource with NotResource", { ...ALLOW, NotResource: "*" }],
  ["a Sid with spaces", { ...ALLOW, Sid: "read the bucket" }],
  ["a Sid with a hyphen", { ...ALLOW, Sid: "read-bucket" }],
  ["a Sid that is a number", { ...ALLOW, Sid: 1 }],
  [
    "a Sid twice",
    [
      { ...ALLOW, Sid: "a" },
      { ...ALLOW, Sid: "a" },
    ],
  ],
  ["an Id", ALLOW, { Id: "mine" }],
  ["a version that is the policy's own", ALLOW, { Version: "2024-01-01" }],
  ["an element that nobody knows", ALLOW, { Comment: "x" }],
  ["a statement's element that nobody knows", { ...ALLOW, Comment: "x" }],
  ["no statements", []],
  ["a statement that is a string", "Allow"],
  ["no Effect", without("Effect")],
  ["another Effect", { ...ALLOW, Effect: "allow" }],
  ["no Action", without("Action")],
  ["no actions", { ...ALLOW, Action: [] }],
  ["an action without its service", { ...ALLOW, Action: "GetObject" }],
  ["an action that is a number", { ...ALLOW, Action: [1] }],
  ["no Resource", without("Resource")],
  ["no resources", { ...ALLOW, Resource: [] }],
  ["a resource that is a name", { ...ALLOW, Resource: "my-bucket" }],
  ["a resource that is half an ARN", { ...ALLOW, Resource: "arn:aws:s3" }],
  ["a Principal", { ...ALLOW, Principal: "*" }],
  ["an operator that is none", when({ StringEqual: { "aws:username": "a" } })],
  ["Null with IfExists", when({ NullIfExists: { "aws:username": "true" } })],
  ["a condition that is a list", when([])],
  ["an operator without keys", when({ StringEquals: "a" })],
  ["a condition key without its service", when({ StringEquals: { username: "a" } })],
  ["a date that is none", when({ DateLessThan: { "aws:CurrentTime": "tomorrow" } })],
  ["a date that no calendar has", when({ DateLessThan: { "aws:CurrentTime": "2026-13-01T00:00:00Z" } })],
  ["a number that is none", when({ NumericLessThan: { "s3:max-keys": "ten" } })],
  ["a Bool that is none", when({ Bool: { "aws:SecureTransport": "maybe" } })],
  ["an address that is none", when({ IpAddress: { "aws:SourceIp": "here" } })],
  ["a value that is an object", when({ StringEquals: { "aws:username": {} } })],
];

const IDENTITY_ACCEPTED: readonly Case[] = [
  ["one statement", ALLOW],
  [
    "two statements with Sids",
    [
      { ...ALLOW, Sid: "a" },
      { ...ALLOW, Sid: "b" },
    ],
  ],
  ["NotAction alone", { ...without("Action"), NotAction: ["iam:*", "s3:*"] }],
  ["an empty Sid", { ...ALLOW, Sid: "" }],
  [
    "dates",
    when({ DateLessThan: { "aws:CurrentTime": ["2026-11-27T00:00:00Z", "2026-11-27", "1790000000"] } }),
  ],
  ["numbers", when({ NumericLessThanEqualsIfExists: { "s3:max-keys": [10, "10.5"] } })],
  ["addresses", when({ NotIpAddress: { "aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"] } })],
  ["sets", when({ "ForAllValues:StringLike": { "aws:TagKeys": ["a*"] } })],
  ["a policy variable", when({ StringEquals: { "s3:prefix": "${aws:username}" } })],
];

const TRUST_REFUSED: readonly Case[] = [
  ["Action with NotAction", { ...TRUST, NotAction: "sts:TagSession" }],
  ["Principal with NotPrincipal", { ...TRUST, NotPrincipal: { AWS: "*" } }],
  ["a Resource", { ...TRUST, Resource: "*" }],
  ["no Principal", without("Principal", TRUST)],
  ["an empty Principal", { ...TRUST, Principal: {} }],
  ["a principal's type that is none", { ...TRUST, Principal: { Federation: "x.example" } }],
  [
    "a provider by its URL",
    { ...TRUST, Principal: { Federated: "https://oidc.eks.eu-west-1.amazonaws.com/id/A" } },
  ],
  ["an action of another service", { ...TRUST, Action: "s3:GetObject" }],
  ["a Sid with spaces", { ...TRUST, Sid: "the cluster" }],
  ["a date that is none", when({ DateLessThan: { "aws:CurrentTime": "soon" } }, TRUST)],
];

const TRUST_ACCEPTED: readonly Case[] = [
  ["a provider", TRUST],
  ["an Id", TRUST, { Id: "mine" }],
  ["a service", { ...TRUST, Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
];

/** Each with its document. */
const documents = (cases: readonly Case[]) =>
  cases.map(([what, Statement, more = {}]) => [what, { Version: "2012-10-17", Statement, ...more }] as const);

describe("the emulated IAM refuses what irsa refuses", () => {
  it.each(documents(IDENTITY_REFUSED))("in a policy: %s", (_what, policy) => {
    expect(checkPolicyDocument(policy, "identity")).not.toEqual([]);
    expect(() => checkedPermissions(JSON.stringify(policy))).toThrow(
      expect.objectContaining({ code: "MalformedPolicyDocument" }),
    );
  });

  it.each(documents(TRUST_REFUSED))("in a trust policy: %s", (_what, policy) => {
    expect(checkPolicyDocument(policy, "trust")).not.toEqual([]);
    expect(() => checkedTrust(JSON.stringify(policy), emptyAwsAccount("111122223333"))).toThrow(
      expect.objectContaining({ code: "MalformedPolicyDocument" }),
    );
  });
});

describe("the emulated IAM accepts what irsa accepts", () => {
  it.each(documents(IDENTITY_ACCEPTED))("in a policy: %s", (_what, policy) => {
    expect(checkPolicyDocument(policy, "identity")).toEqual([]);
    expect(checkedPermissions(JSON.stringify(policy))).toBe(JSON.stringify(policy));
  });

  it.each(documents(TRUST_ACCEPTED))("in a trust policy: %s", (_what, policy) => {
    expect(checkPolicyDocument(policy, "trust")).toEqual([]);
    expect(checkedTrust(JSON.stringify(policy), emptyAwsAccount("111122223333"))).toBe(
      JSON.stringify(policy),
    );
  });
});
