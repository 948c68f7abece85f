import { describe, expect, it } from "vitest";
import { decide } from "../src/aws/authorization.ts";
import type { AwsRequest, AwsService, Parameters } from "../src/aws/exchange.ts";
import { questionsOf } from "../src/aws/request-context.ts";
import { emptyAwsAccount, type AwsAccountState } from "../src/aws/state.ts";

const AWS_ACCOUNT = "111122223333";
const ROLE = `arn:aws:iam::${AWS_ACCOUNT}:role/team/app`;
const BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess";

const awsAccount: AwsAccountState = {
  ...emptyAwsAccount(AWS_ACCOUNT),
  roles: {
    app: {
      arn: ROLE,
      id: "AROA",
      name: "app",
      path: "/team/",
      created: "2026-01-01T00:00:00Z",
      description: undefined,
      trust: "{}",
      maxSessionDuration: 3600,
      boundary: BOUNDARY,
      tags: { Team: "payments", empty: "" },
      attached: [],
      inline: {},
    },
  },
};

const request = (action: string, parameters: Parameters = {}, service: AwsService = "iam"): AwsRequest => ({
  service,
  action,
  parameters,
  region: "eu-west-1",
  accessKeyId: "AKIA",
  requestId: "1",
  wire: { method: "POST", target: "/", headers: {}, body: "" },
});

const allow = (Action: string, Resource: string, Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const decided = (statements: readonly object[], asked: AwsRequest) => {
  const document = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  return questionsOf(asked, awsAccount).map((question) => decide(document, question));
};
const keysOf = (asked: AwsRequest, at = 0) =>
  Object.fromEntries(questionsOf(asked, awsAccount)[at]?.context ?? []);

describe("the condition keys of a request", () => {
  it.each<[string, AwsRequest, object]>([
    [
      "AttachRolePolicy: the policy, the role's boundary and tags",
      request("AttachRolePolicy", { RoleName: "APP", PolicyArn: "arn:p" }),
      {
        "iam:policyarn": ["arn:p"],
        "iam:permissionsboundary": [BOUNDARY],
        "aws:resourcetag/team": ["payments"],
        "iam:resourcetag/team": ["payments"],
        "aws:resourcetag/empty": [""],
        "iam:resourcetag/empty": [""],
      },
    ],
    [
      "CreateRole: the boundary and the tags that are asked for, none of a role of that name",
      request("CreateRole", {
        RoleName: "app",
        PermissionsBoundary: "arn:b",
        Tags: [{ Key: "A", Value: "1" }],
      }),
      { "iam:permissionsboundary": ["arn:b"], "aws:requesttag/a": ["1"], "aws:tagkeys": ["A"] },
    ],
    [
      "UntagRole: the keys",
      request("UntagRole", { RoleName: "none", TagKeys: ["A", "B"] }),
      { "aws:tagkeys": ["A", "B"] },
    ],
    ["a list: none", request("ListRoles"), {}],
  ])("%s", (_, asked, keys) => {
    expect(keysOf(asked)).toEqual(keys);
  });

  it("UpdateAssumeRolePolicy, UpdateRole and TagRole don't have the boundary", () => {
    for (const action of ["UpdateAssumeRolePolicy", "UpdateRole", "TagRole"])
      expect(keysOf(request(action, { RoleName: "app" }))).not.toHaveProperty("iam:permissionsboundary");
  });
});

describe("what is asked", () => {
  it("is of the role with its path, whatever the case of its name", () => {
    expect(questionsOf(request("GetRole", { RoleName: "App" }), awsAccount)[0]?.resource).toBe(ROLE);
  });

  it("is to tag too, where something is created with tags", () => {
    const create = request("CreateRole", { RoleName: "new", Tags: [{ Key: "A", Value: "1" }] });
    expect(questionsOf(create, awsAccount).map(({ action }) => action)).toEqual([
      "iam:CreateRole",
      "iam:TagRole",
    ]);
    expect(keysOf(create, 1)).not.toHaveProperty("iam:permissionsboundary");
    expect(decided([allow("iam:CreateRole", "*")], create)).toEqual(["allowed", "implicit"]);
  });

  it("is without a resource where IAM knows none", () => {
    expect(decided([allow("iam:ListRoles", "arn:aws:iam::*:role/*")], request("ListRoles"))).toEqual([
      "implicit",
    ]);
    expect(decided([allow("iam:ListRoles", "*")], request("ListRoles"))).toEqual(["allowed"]);
  });
});

describe("a decision", () => {
  const remove = request("DeleteRole", { RoleName: "app" });
  it.each<[string, readonly object[], string]>([
    ["no statement applies", [allow("iam:GetRole", "*")], "implicit"],
    ["another resource", [allow("iam:DeleteRole", "arn:aws:iam::*:role/app")], "implicit"],
    [
      "the condition holds",
      [allow("iam:*", ROLE, { StringEquals: { "aws:ResourceTag/team": "payments" } })],
      "allowed",
    ],
    [
      "it does not",
      [allow("iam:*", ROLE, { StringEquals: { "aws:ResourceTag/Team": "other" } })],
      "implicit",
    ],
    [
      "the key is absent",
      [allow("iam:*", ROLE, { StringEquals: { "aws:ResourceTag/Nothing": "" } })],
      "implicit",
    ],
    ["a Deny", [allow("*", "*"), { ...allow("iam:Delete*", "*"), Effect: "Deny" }], "identity"],
    [
      "a Deny whose condition does not hold",
      [
        allow("*", "*"),
        { ...allow("*", "*", { StringNotEquals: { "iam:PermissionsBoundary": BOUNDARY } }), Effect: "Deny" },
      ],
      "allowed",
    ],
  ])("%s", (_, statements, decision) => {
    expect(decided(statements, remove)).toEqual([decision]);
  });

  it("is not made by a condition that can't be read", () => {
    expect(() => decided([allow("*", "*", { StringSomething: { a: "b" } })], remove)).toThrow(
      "Invalid Condition type",
    );
  });
});
