import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import { ownPolicy, ownRole } from "../fakes/values.ts";
import { role } from "./build.ts";

const EVERYTHING = trustPolicy([{ Effect: "Allow", Action: "*", Resource: "*" }]);
const ROOT = "arn:aws:iam::111122223333:root";

/** A trust policy for principals of AWS. */
function trusts(AWS: string, more: Partial<Statement> = {}): PolicyDocument {
  return trustPolicy([{ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole", ...more }]);
}

/** A policy that allows to assume a role. */
function assumes(Resource: string, more: Partial<Statement> = {}): PolicyDocument {
  return trustPolicy([{ Effect: "Allow", Action: "sts:AssumeRole", Resource, ...more }]);
}

function withoutCode(Condition: NonNullable<Statement["Condition"]>): PolicyDocument {
  return assumes("*", { Effect: "Deny", Condition });
}

const admin = (trust: PolicyDocument) => role("admin", trust);
const ADMIN = { inline: { all: EVERYTHING } };

/** Role chains, of the role `r` of a ServiceAccount: the other roles, the policies, and what is found. */
export const CHAIN_CASES = [
  {
    name: "an administrator that the role may assume",
    others: [admin(trusts(ROOT))],
    details: { r: { inline: { chain: assumes(ownRole("admin")) } }, admin: ADMIN },
    found: ["role-chain-administrator critical r"],
  },
  {
    name: "an administrator that names the role, which needs no permission then",
    others: [admin(trusts(ownRole("r")))],
    details: { r: {}, admin: ADMIN },
    found: ["role-chain-administrator critical r"],
  },
  {
    name: "an administrator two steps away",
    others: [role("deploy", trusts(ROOT)), admin(trusts(ownRole("deploy")))],
    details: { r: { inline: { chain: assumes(ownRole("deploy")) } }, deploy: {}, admin: ADMIN },
    found: ["role-chain-administrator critical r"],
  },
  {
    name: "an administrator in a circle of roles",
    others: [role("one", trusts(ROOT)), role("two", trusts(ownRole("one"))), admin(trusts(ownRole("two")))],
    details: {
      r: { inline: { chain: assumes(ownRole("one")) } },
      one: {},
      two: { inline: { back: assumes(ownRole("one")) } },
      admin: ADMIN,
    },
    found: ["role-chain-administrator critical r"],
  },
  {
    name: "an administrator within a boundary at the end of a chain",
    others: [admin(trusts(ownRole("r")))],
    details: { r: {}, admin: { ...ADMIN, boundary: ownPolicy("limit") } },
    found: ["role-chain-administrator high r"],
  },
  {
    name: "an administrator that asks for an external ID",
    others: [admin(trusts(ownRole("r"), { Condition: { StringEquals: { "sts:ExternalId": "x" } } }))],
    details: { r: {}, admin: ADMIN },
    found: ["role-chain-administrator high r"],
  },
  {
    name: "an administrator for whoever has entered a code, which no pod has",
    others: [admin(trusts(ROOT, { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }))],
    details: { r: { inline: { chain: assumes("*") } }, admin: ADMIN },
    found: [],
  },
  {
    name: "an administrator that the role may assume if a session says that nobody has entered a code",
    others: [admin(trusts(ROOT))],
    details: {
      r: {
        inline: { chain: assumes("*", { Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } }) },
      },
      admin: ADMIN,
    },
    found: ["role-chain-administrator high r"],
  },
  {
    name: "an administrator that the role is denied if a session says nothing of a code",
    others: [admin(trusts(ownRole("r")))],
    details: {
      r: { inline: { no: withoutCode({ Null: { "aws:MultiFactorAuthPresent": "true" } }) } },
      admin: ADMIN,
    },
    found: ["role-chain-administrator high r"],
  },
  {
    name: "an administrator that the role is denied if nobody has entered a code",
    others: [admin(trusts(ownRole("r")))],
    details: {
      r: { inline: { no: withoutCode({ BoolIfExists: { "AWS:MultiFactorAuthPresent": "false" } }) } },
      admin: ADMIN,
    },
    found: [],
  },
  {
    name: "an administrator that trusts the AWS account, which the role may not assume",
    others: [admin(trusts(ROOT))],
    details: { r: { inline: { chain: assumes(ownRole("other")) } }, admin: ADMIN },
    found: [],
  },
  {
    name: "an administrator that the role may assume, but which does not trust it",
    others: [admin(trusts(ownRole("other")))],
    details: { r: { inline: { chain: assumes("*") } }, admin: ADMIN },
    found: [],
  },
  {
    name: "an administrator that the role is denied",
    others: [admin(trusts(ownRole("r")))],
    details: { r: { inline: { no: assumes("*", { Effect: "Deny" }) } }, admin: ADMIN },
    found: [],
  },
  {
    name: "an administrator that trusts the AWS account, of a role whose policies could not be read",
    others: [admin(trusts(ROOT))],
    details: { r: { attached: [ownPolicy("unread")] }, admin: ADMIN },
    found: [],
  },
  {
    name: "an administrator that names a role whose policies could not be read, which may be denied it",
    others: [admin(trusts(ownRole("r")))],
    details: { r: { attached: [ownPolicy("unread")] }, admin: ADMIN },
    found: ["role-chain-administrator high r"],
  },
] as const;
