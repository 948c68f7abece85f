import { describe, expect, it } from "vitest";
import { parseRoleArn } from "../../../src/model/arn.ts";
import type { RolePermissions } from "../../../src/model/role-permissions.ts";
import type { PolicyDocument, Statement } from "../../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../../src/model/trust-policy/grant.ts";
import { mayAssume } from "../../../src/model/trust-policy/may-assume.ts";
import { readTrust } from "../../../src/model/trust-policy/read.ts";
import { contextOf, type TrustRequest } from "../../../src/model/trust-policy/request.ts";
import { ownRole, right } from "../../fakes/values.ts";

const ACCOUNT = "111122223333";
const FIRST = ownRole("first");
const REQUEST: TrustRequest = {
  principal: {
    type: "AWS",
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/first/pod`,
    awsAccount: ACCOUNT,
  },
  action: "sts:AssumeRole",
  context: contextOf({ "aws:PrincipalArn": FIRST, "aws:PrincipalAccount": ACCOUNT }),
  others: "unknown",
};

const TARGETS = {
  near: ownRole("target"),
  far: right(parseRoleArn("arn:aws:iam::444455556666:role/target")),
};

function policy(Effect: "Allow" | "Deny", Action = "sts:AssumeRole"): PolicyDocument {
  return trustPolicy([{ Effect, Action, Resource: "*" }]);
}

const [ALLOWS, DENIES, OTHER] = [policy("Allow"), policy("Deny"), policy("Allow", "s3:*")];

/** The role's policies, by what they have for `sts:AssumeRole`. */
const OWN = {
  nothing: { documents: [OTHER], isComplete: true },
  allowed: { documents: [ALLOWS], isComplete: true },
  denied: { documents: [ALLOWS, DENIES], isComplete: true },
  unread: { documents: [], isComplete: false },
  "limited by its boundary": { documents: [], isComplete: true, boundary: OTHER },
  "allowed, but not by its boundary": { documents: [ALLOWS], isComplete: true, boundary: OTHER },
  "denied by its boundary": { documents: [], isComplete: true, boundary: DENIES },
  "with a boundary that could not be read": { documents: [], isComplete: true, boundary: "unknown" },
} as const satisfies Readonly<Record<string, RolePermissions>>;

const root: Statement["Principal"] = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
const byArn = { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/first" } };

/** What the trust policy says, beside `Effect` and `Action`. */
const TRUST = {
  "names the role": { Principal: { AWS: FIRST } },
  "names the AWS account": { Principal: root },
  "names the AWS account by its number": { Principal: { AWS: ACCOUNT } },
  "allows everyone": { Principal: "*" },
  "allows every AWS principal": { Principal: { AWS: "*" } },
  "allows everyone of an organization": {
    Principal: "*",
    Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
  },
  "allows everyone with the role's ARN": { Principal: "*", Condition: byArn },
  "allows everyone but with another ARN": {
    Principal: "*",
    Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/other" } },
  },
  "allows the AWS account with the role's ARN": { Principal: root, Condition: byArn },
  "allows everyone but another": { NotPrincipal: { AWS: ownRole("other") } },
} as const satisfies Readonly<Record<string, Partial<Statement>>>;

type Case = readonly [keyof typeof TRUST, keyof typeof OWN, near: string, far: string];

const CASES: readonly Case[] = [
  ["names the role", "nothing", "yes", "no"],
  ["names the role", "allowed", "yes", "yes"],
  ["names the role", "denied", "no", "no"],
  ["names the role", "unread", "unknown", "unknown"],
  ["names the role", "limited by its boundary", "no", "no"],
  ["names the role", "denied by its boundary", "no", "no"],
  ["names the role", "with a boundary that could not be read", "unknown", "no"],
  ["names the AWS account", "nothing", "no", "no"],
  ["names the AWS account", "allowed", "yes", "yes"],
  ["names the AWS account", "unread", "unknown", "unknown"],
  ["names the AWS account by its number", "nothing", "no", "no"],
  ["names the AWS account by its number", "allowed", "yes", "yes"],
  ["allows the AWS account with the role's ARN", "nothing", "no", "no"],
  ["allows everyone", "nothing", "yes", "no"],
  ["allows everyone", "denied", "no", "no"],
  ["allows everyone", "unread", "unknown", "unknown"],
  ["allows everyone", "limited by its boundary", "unknown", "no"],
  ["allows everyone", "allowed, but not by its boundary", "unknown", "no"],
  ["allows everyone", "denied by its boundary", "no", "no"],
  ["allows every AWS principal", "nothing", "yes", "no"],
  ["allows everyone of an organization", "nothing", "yes", "no"],
  ["allows everyone with the role's ARN", "nothing", "yes", "no"],
  ["allows everyone with the role's ARN", "limited by its boundary", "yes", "no"],
  ["allows everyone with the role's ARN", "denied by its boundary", "no", "no"],
  ["allows everyone but with another ARN", "limited by its boundary", "unknown", "no"],
  ["allows everyone but another", "nothing", "unknown", "no"],
  ["allows everyone but another", "allowed", "yes", "yes"],
];

describe("a role, of a trust policy that", () => {
  it.each(CASES)(
    "%s, with its own policies %s, may assume it: %s; from afar: %s",
    (trust, own, near, far) => {
      const document = trustPolicy([{ Effect: "Allow", Action: "sts:AssumeRole", ...TRUST[trust] }]);
      const ask = (place: keyof typeof TARGETS) =>
        mayAssume(FIRST, OWN[own], { arn: TARGETS[place], trust: readTrust(document) }, [REQUEST]);
      expect([ask("near"), ask("far")]).toEqual([near, far]);
    },
  );

  it("is not known where the role's policies could not be read at all", () => {
    const trust = readTrust(trustPolicy([{ Effect: "Allow", Action: "sts:AssumeRole", Principal: "*" }]));
    expect(mayAssume(FIRST, undefined, { arn: TARGETS.near, trust }, [REQUEST])).toBe("unknown");
  });
});
