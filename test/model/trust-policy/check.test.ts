import { describe, expect, it } from "vitest";
import { checkPolicyDocument } from "../../../src/model/trust-policy/check.ts";
import type { PolicyKind } from "../../../src/model/trust-policy/shape.ts";
import { AUD, allow, GRANT, policy, PROVIDER } from "./fixtures.ts";
import { withGrant } from "../../../src/model/trust-policy/grant.ts";

const read = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" };
const trust = {
  Effect: "Allow",
  Principal: { Federated: PROVIDER },
  Action: "sts:AssumeRoleWithWebIdentity",
};

describe("checkPolicyDocument", () => {
  it.each<readonly [string, PolicyKind, unknown]>([
    ["our own trust policy", "trust", withGrant(undefined, GRANT)],
    [
      "Principal * under a condition",
      "trust",
      policy(allow({ "ForAnyValue:StringLikeIfExists": { [AUD]: ["a*"] } }, { Principal: "*" })),
    ],
    [
      "a service's trust",
      "trust",
      {
        Statement: {
          ...trust,
          Principal: { Service: "ec2.amazonaws.com" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
        },
      },
    ],
    [
      "a domain as provider",
      "trust",
      { Id: "x", Statement: [{ ...trust, Principal: { Federated: "accounts.google.com" } }] },
    ],
    [
      "an identity policy",
      "identity",
      {
        Version: "2012-10-17",
        Statement: [
          { Sid: "Read", ...read },
          { Effect: "Deny", NotAction: ["s3:*", "iam:Get*"], NotResource: "*" },
        ],
      },
    ],
    [
      "values without quotation marks",
      "identity",
      {
        Statement: [
          {
            ...read,
            Condition: { Bool: { "aws:SecureTransport": true }, NumericLessThan: { "s3:max-keys": 10 } },
          },
        ],
      },
    ],
    [
      "Null under a set operator",
      "identity",
      { Statement: [{ ...read, Condition: { "ForAllValues:Null": { "aws:TagKeys": "false" } } }] },
    ],
  ])("has nothing against %s", (_name, kind, document) => {
    expect(checkPolicyDocument(document, kind)).toEqual([]);
  });

  it.each<readonly [string, PolicyKind, unknown, string, string]>([
    ["no object", "identity", [], "", "must be a JSON object"],
    [
      "a wrong Version",
      "identity",
      { Version: "2012-10-18", Statement: [read] },
      "Version",
      'must be the policy language version "2012-10-17", not "2012-10-18"',
    ],
    ["an Id", "identity", { Id: "x", Statement: [read] }, "Id", "is not allowed in an identity policy"],
    ["an unknown element", "identity", { Statement: [read], Foo: 1 }, "Foo", "is not a valid policy element"],
    [
      "an element in the wrong case",
      "identity",
      { Statement: [read], version: "2012-10-17" },
      "version",
      "must be spelled 'Version'",
    ],
    ["no statement", "identity", {}, "Statement", "is missing"],
    ["an empty list", "identity", { Statement: [] }, "Statement", "must not be empty"],
    [
      "a statement that is a string",
      "identity",
      { Statement: ["x"] },
      "Statement[0]",
      'must be a JSON object, not "x"',
    ],
    [
      "a single statement",
      "identity",
      { Statement: { ...read, Effect: "allow" } },
      "Statement.Effect",
      'must be "Allow" or "Deny", not "allow"',
    ],
    [
      "no Effect",
      "identity",
      { Statement: [{ ...read, Effect: undefined }] },
      "Statement[0].Effect",
      'is missing: "Allow" or "Deny"',
    ],
    [
      "a Sid with a blank",
      "identity",
      { Statement: [{ ...read, Sid: "a b" }] },
      "Statement[0].Sid",
      'must be letters and digits, not "a b"',
    ],
    [
      "a Sid given twice",
      "identity",
      {
        Statement: [
          { ...read, Sid: "a" },
          { ...read, Sid: "a" },
        ],
      },
      "Statement[1].Sid",
      "is a duplicate of an earlier statement's Sid",
    ],
    [
      "a Principal",
      "identity",
      { Statement: [{ ...read, Principal: "*" }] },
      "Statement[0].Principal",
      "is not allowed in an identity policy, whose principal is the role that it is attached to",
    ],
    [
      "no Resource",
      "identity",
      { Statement: [{ Effect: "Allow", Action: "*" }] },
      "Statement[0].Resource",
      "is missing",
    ],
    [
      "a Resource that is not an ARN",
      "identity",
      { Statement: [{ ...read, Resource: ["*", "bucket"] }] },
      "Statement[0].Resource[1]",
      'must be an ARN or "*", not "bucket"',
    ],
    [
      "an action without service",
      "identity",
      { Statement: [{ ...read, Action: "GetObject" }] },
      "Statement[0].Action",
      'must be an action such as s3:GetObject, not "GetObject"',
    ],
    [
      "an empty Action",
      "identity",
      { Statement: [{ ...read, Action: [] }] },
      "Statement[0].Action",
      "must not be empty",
    ],
    [
      "an Action that is a number",
      "identity",
      { Statement: [{ ...read, Action: [1] }] },
      "Statement[0].Action[0]",
      "must be a string, not 1",
    ],
    [
      "Action and NotAction",
      "identity",
      { Statement: [{ ...read, NotAction: "s3:*" }] },
      "Statement[0].NotAction",
      "excludes Action",
    ],
    [
      "an unknown operator",
      "identity",
      { Statement: [{ ...read, Condition: { NullIfExists: { "aws:x": "true" } } }] },
      "Statement[0].Condition.NullIfExists",
      "is not a valid condition operator",
    ],
    [
      "an operator in the wrong case",
      "identity",
      { Statement: [{ ...read, Condition: { stringLike: { "aws:x": "y" } } }] },
      "Statement[0].Condition.stringLike",
      "must be spelled 'StringLike'",
    ],
    [
      "an operator without keys",
      "identity",
      { Statement: [{ ...read, Condition: { StringLike: "x" } }] },
      "Statement[0].Condition.StringLike",
      'must be an object of condition keys, not "x"',
    ],
    [
      "a Condition that is a list",
      "identity",
      { Statement: [{ ...read, Condition: [] }] },
      "Statement[0].Condition",
      "must be an object of operators, not []",
    ],
    [
      "a key without prefix",
      "identity",
      { Statement: [{ ...read, Condition: { StringLike: { x: "y" } } }] },
      'Statement[0].Condition.StringLike["x"]',
      "is not a valid condition key; an example is aws:SourceIp",
    ],
    [
      "a value that the operator can't have",
      "identity",
      { Statement: [{ ...read, Condition: { IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "x"] } } }] },
      'Statement[0].Condition.IpAddress["aws:SourceIp"][1]',
      `can't be "x" under IpAddress`,
    ],
    [
      "a value that is null",
      "identity",
      { Statement: [{ ...read, Condition: { StringLike: { "aws:x": null } } }] },
      'Statement[0].Condition.StringLike["aws:x"]',
      "must be a string, number or boolean, not null",
    ],
    [
      "no Principal",
      "trust",
      { Statement: [{ ...trust, Principal: undefined }] },
      "Statement[0].Principal",
      "is missing",
    ],
    [
      "NotPrincipal",
      "trust",
      { Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", NotPrincipal: { AWS: "111122223333" } }] },
      "Statement[0].NotPrincipal",
      "is not supported in trust policies: use Principal",
    ],
    [
      "a Resource",
      "trust",
      { Statement: [{ ...trust, Resource: "*" }] },
      "Statement[0].Resource",
      "is not allowed in a trust policy, whose resource is the role",
    ],
    [
      "another service's action",
      "trust",
      { Statement: [{ ...trust, Action: "s3:GetObject" }] },
      "Statement[0].Action",
      'must be an STS action such as sts:AssumeRoleWithWebIdentity, not "s3:GetObject"',
    ],
    [
      "an unknown type of principal",
      "trust",
      { Statement: [{ ...trust, Principal: { federated: PROVIDER } }] },
      "Statement[0].Principal.federated",
      "must be spelled 'Federated'",
    ],
    [
      "an empty Principal",
      "trust",
      { Statement: [{ ...trust, Principal: {} }] },
      "Statement[0].Principal",
      "must not be empty",
    ],
    [
      "a Principal that is a name",
      "trust",
      { Statement: [{ ...trust, Principal: "x" }] },
      "Statement[0].Principal",
      'must be "*" or an object by type, not "x"',
    ],
    [
      "a provider with its scheme",
      "trust",
      { Statement: [{ ...trust, Principal: { Federated: "https://x.y/z" } }] },
      "Statement[0].Principal.Federated",
      'must be the provider without https://, not "https://x.y/z"',
    ],
    [
      "a provider that is none",
      "trust",
      { Statement: [{ ...trust, Principal: { Federated: "arn:aws:iam::111122223333:role/x" } }] },
      "Statement[0].Principal.Federated",
      'must be an identity provider\'s ARN or domain name, not "arn:aws:iam::111122223333:role/x"',
    ],
    [
      "a wildcard in a provider's ARN",
      "trust",
      { Statement: [{ ...trust, Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/*" } }] },
      "Statement[0].Principal.Federated",
      'must be an identity provider\'s ARN or domain name, not "arn:aws:iam::111122223333:oidc-provider/*"',
    ],
    [
      "part of a name as wildcard",
      "trust",
      { Statement: [{ ...trust, Principal: { AWS: ["*", "arn:aws:iam::111122223333:role/*"] } }] },
      "Statement[0].Principal.AWS[1]",
      `can't have a wildcard in part of a name, such as "arn:aws:iam::111122223333:role/*"`,
    ],
  ])("finds %s", (_name, kind, document, path, message) => {
    expect(checkPolicyDocument(document, kind)).toEqual([{ path, message }]);
  });

  /** Source: IAM User Guide, "Grammar of the IAM JSON policy language" and the pages of its elements. */
  it.each<readonly [string, PolicyKind, string, object]>([
    [
      "white space before a key",
      "identity",
      'Condition.StringLike["…"]',
      { Condition: { StringLike: { " aws:x": "y" } } },
    ],
    ["a NotAction that is not an action", "identity", "NotAction", { Action: undefined, NotAction: "x" }],
    ["a Sid that is a number", "identity", "Sid", { Sid: 1 }],
    ["text before an action", "identity", "Action", { Action: "a b:c" }],
    ["text after an action", "identity", "Action", { Action: "s3:Get Object" }],
    ["text before an ARN", "identity", "Resource", { Resource: "x arn:aws:s3:::x" }],
    ["an ARN without resource", "identity", "Resource", { Resource: "arn:aws:s3:::" }],
    ["an ARN of more than a line", "identity", "Resource", { Resource: "arn:aws:s3:::x\n" }],
    ["an Id that is a number", "trust", "Id", { Id: 1 }],
    ["text before an action of STS", "trust", "Action", { Action: "xsts:AssumeRole" }],
    ["text after an action of STS", "trust", "Action", { Action: "sts:AssumeRole " }],
    ["a NotResource", "trust", "NotResource", { NotResource: "*" }],
    ["a NotPrincipal", "identity", "NotPrincipal", { NotPrincipal: { AWS: "*" } }],
    [
      "a path before the provider",
      "trust",
      "Principal.Federated",
      { Principal: { Federated: "arn:aws:iam::111122223333:x/oidc-provider/x" } },
    ],
    [
      "a wildcard after the provider",
      "trust",
      "Principal.Federated",
      { Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/x*" } },
    ],
    [
      "another service's provider",
      "trust",
      "Principal.Federated",
      { Principal: { Federated: "arn:aws:eks::111122223333:oidc-provider/x" } },
    ],
    [
      "text before a domain",
      "trust",
      "Principal.Federated",
      { Principal: { Federated: "a accounts.google.com" } },
    ],
    [
      "a path after a domain",
      "trust",
      "Principal.Federated",
      { Principal: { Federated: "accounts.google.com/x" } },
    ],
    ["a principal without a name", "trust", "Principal.AWS", { Principal: { AWS: "" } }],
  ])("finds %s", (_name, kind, path, change) => {
    const { Id, ...element } = change as { readonly Id?: unknown };
    const statement = { ...(kind === "trust" ? trust : read), ...element };
    const document = { ...(Id !== undefined && { Id }), Statement: statement };
    const at = Id === undefined ? `Statement.${path}` : path;
    expect(checkPolicyDocument(document, kind).map((problem) => problem.path)).toEqual([at]);
  });

  it.each<readonly [string, PolicyKind, object]>([
    ["the older Version", "identity", { Version: "2008-10-17", Statement: read }],
    ["statements without Sid", "identity", { Statement: [read, read] }],
    [
      "ARNs with region and account",
      "identity",
      { Statement: { ...read, Resource: "arn:aws:sqs:eu-west-1:111122223333:x" } },
    ],
    [
      "one ServiceAccount, and everyone",
      "trust",
      { Statement: [{ ...trust, Principal: { AWS: ["111122223333", "*"] } }] },
    ],
    [
      "a SAML provider",
      "trust",
      { Statement: { ...trust, Principal: { Federated: "arn:aws:iam::111122223333:saml-provider/x" } } },
    ],
    [
      "text without blanks after a key's prefix",
      "identity",
      { Statement: { ...read, Condition: { StringLike: { "aws:RequestTag/a b": "y" } } } },
    ],
  ])("has nothing against %s", (_name, kind, document) => {
    expect(checkPolicyDocument(document, kind)).toEqual([]);
  });

  it("finds everything together", () => {
    const document = {
      version: 1,
      Statement: [{ effect: "Allow" }, { ...read, Action: "x", Resource: "y" }],
    };
    expect(checkPolicyDocument(document, "identity").map(({ path }) => path)).toEqual([
      "version",
      "Statement[0].effect",
      "Statement[0].Effect",
      "Statement[0].Action",
      "Statement[0].Resource",
      "Statement[1].Action",
      "Statement[1].Resource",
    ]);
  });
});
