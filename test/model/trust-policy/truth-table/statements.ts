import type { TrustRequest } from "../../../../src/model/trust-policy/request.ts";
import {
  allow,
  AUD,
  AUDIENCE,
  deny,
  ISSUER,
  OTHER_ISSUER,
  OTHER_PROVIDER,
  PROVIDER,
  SUB,
  SUBJECT,
  without,
} from "../fixtures.ts";
import { given, PAGE } from "./case.ts";

const BOB = "arn:aws:iam::444455556666:user/Bob";
const SESSION = "arn:aws:sts::444455556666:assumed-role/deployer/run-1";
const CHINA = {
  issuerHostPath: "oidc.eks.cn-north-1.amazonaws.com.cn/id/EXAMPLE",
  providerArn: "arn:aws-cn:iam::111122223333:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/EXAMPLE",
};

const pinned = (issuer: string) => ({
  StringEquals: { [`${issuer}:sub`]: SUBJECT, [`${issuer}:aud`]: AUDIENCE },
});

function assumeRole(arn: string): TrustRequest {
  return {
    principal: { type: "AWS", arn, awsAccount: "444455556666" },
    action: "sts:AssumeRole",
    context: new Map(),
    others: "unknown",
  };
}

function asService(id: string): TrustRequest {
  return {
    principal: { type: "Service", id },
    action: "sts:AssumeRole",
    context: new Map(),
    others: "unknown",
  };
}

const byAws = (...ids: readonly string[]) => [
  allow(undefined, { Principal: { AWS: ids }, Action: "sts:AssumeRole" }),
];

/** Statements as a whole: effect, principal, action, and how they add up. */
export const statements = [
  given("the usual statement", PAGE.federationKeys, [allow(pinned(ISSUER))], "allow"),
  given(
    "aud missing: any audience that the provider accepts",
    PAGE.multipleValues,
    [allow({ StringEquals: { [SUB]: SUBJECT } })],
    "allow",
  ),
  given(
    "sub missing: any account of the cluster",
    PAGE.multipleValues,
    [allow({ StringEquals: { [AUD]: AUDIENCE } })],
    "allow",
  ),
  given("no condition at all", PAGE.grammar, [allow()], "allow"),
  given("another audience", PAGE.operators, [allow(pinned(ISSUER))], "deny", {
    audience: "sts.amazonaws.com.cn",
  }),
  given("another namespace", PAGE.operators, [allow(pinned(ISSUER))], "deny", {
    subject: "system:serviceaccount:shop2:cart",
  }),
  given(
    "two issuers, a statement each",
    PAGE.evaluation,
    [allow(pinned(OTHER_ISSUER), { Principal: { Federated: OTHER_PROVIDER } }), allow(pinned(ISSUER))],
    "allow",
  ),
  given(
    "two issuers in one Principal",
    PAGE.principal,
    [allow(pinned(ISSUER), { Principal: { Federated: [OTHER_PROVIDER, PROVIDER] } })],
    "allow",
  ),
  given(
    "two issuers' keys under one AND",
    PAGE.multipleValues,
    [allow({ StringEquals: { [SUB]: SUBJECT, [`${OTHER_ISSUER}:sub`]: SUBJECT } })],
    "deny",
  ),
  given("provider A with provider B's keys", PAGE.federationKeys, [allow(pinned(OTHER_ISSUER))], "deny"),
  given(
    "another cluster's provider",
    PAGE.principal,
    [allow(pinned(ISSUER), { Principal: { Federated: OTHER_PROVIDER } })],
    "deny",
  ),
  given(
    "the provider of another partition",
    PAGE.principal,
    [allow(undefined, { Principal: { Federated: PROVIDER.replace("arn:aws:", "arn:aws-us-gov:") } })],
    "deny",
  ),
  given(
    "the provider of another account",
    PAGE.principal,
    [allow(undefined, { Principal: { Federated: PROVIDER.replace("111122223333", "999999999999") } })],
    "deny",
  ),
  given(
    "China's partition",
    PAGE.principal,
    [allow(pinned(CHINA.issuerHostPath), { Principal: { Federated: CHINA.providerArn } })],
    "allow",
    CHINA,
  ),
  given(
    "the provider's ARN in other case",
    PAGE.principal,
    [allow(undefined, { Principal: { Federated: PROVIDER.toLowerCase() } })],
    "deny",
  ),
  given(
    "a wildcard in the provider's ARN is none",
    PAGE.principal,
    [allow(undefined, { Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/*" } })],
    "deny",
  ),
  given(
    "the scheme in the provider's ARN",
    PAGE.principal,
    [allow(undefined, { Principal: { Federated: PROVIDER.replace("oidc.eks", "https://oidc.eks") } })],
    "deny",
  ),
  given("Principal *", PAGE.principal, [allow(undefined, { Principal: "*" })], "allow"),
  given(
    'Principal {"AWS": "*"} is everyone too',
    PAGE.principal,
    [allow(undefined, { Principal: { AWS: "*" } })],
    "allow",
  ),
  given(
    "Deny with Principal *",
    PAGE.principal,
    [allow(), deny(undefined, { Principal: "*" })],
    "explicit deny",
  ),
  given(
    'Deny with Principal {"AWS": "*"}',
    PAGE.principal,
    [allow(), deny(undefined, { Principal: { AWS: "*" } })],
    "explicit deny",
  ),
  given(
    "a ServiceAccount is not its identity providers",
    PAGE.principal,
    [allow(undefined, { Principal: { AWS: "111122223333" } })],
    "deny",
  ),
  given(
    "a service is not an identity provider",
    PAGE.principal,
    [allow(undefined, { Principal: { Service: "pods.eks.amazonaws.com" } })],
    "deny",
  ),
  given(
    "an empty list of principals",
    PAGE.checks,
    [allow(undefined, { Principal: { Federated: [] } })],
    "deny",
  ),
  given(
    "NotPrincipal of another provider",
    PAGE.notPrincipal,
    [without("Principal", allow(undefined, { NotPrincipal: { Federated: OTHER_PROVIDER } }))],
    "allow",
  ),
  given(
    "NotPrincipal of this provider",
    PAGE.notPrincipal,
    [without("Principal", allow(undefined, { NotPrincipal: { Federated: PROVIDER } }))],
    "deny",
  ),
  given(
    "Deny with NotPrincipal of this provider",
    PAGE.notPrincipal,
    [allow(), without("Principal", deny(undefined, { NotPrincipal: { Federated: PROVIDER } }))],
    "allow",
  ),
  given(
    "Deny with NotPrincipal of another",
    PAGE.notPrincipal,
    [allow(), without("Principal", deny(undefined, { NotPrincipal: { AWS: BOB } }))],
    "explicit deny",
  ),
  given(
    "Action in other case",
    PAGE.action,
    [allow(undefined, { Action: "STS:assumerolewithwebidentity" })],
    "allow",
  ),
  given("Action with a wildcard", PAGE.action, [allow(undefined, { Action: "sts:AssumeRole*" })], "allow"),
  given(
    "Action with a question mark",
    PAGE.action,
    [allow(undefined, { Action: "sts:AssumeRoleWith???Identity" })],
    "allow",
  ),
  given("Action *", PAGE.action, [allow(undefined, { Action: "*" })], "allow"),
  given("Action sts:AssumeRole alone", PAGE.action, [allow(undefined, { Action: "sts:AssumeRole" })], "deny"),
  given(
    "Action as a list",
    PAGE.action,
    [allow(undefined, { Action: ["sts:TagSession", "sts:AssumeRoleWithWebIdentity"] })],
    "allow",
  ),
  given("an empty list of actions", PAGE.checks, [allow(undefined, { Action: [] })], "deny"),
  given(
    "NotAction of something else",
    PAGE.notAction,
    [without("Action", allow(undefined, { NotAction: "sts:AssumeRole" }))],
    "allow",
  ),
  given(
    "NotAction of this",
    PAGE.notAction,
    [without("Action", allow(undefined, { NotAction: "sts:*Identity" }))],
    "deny",
  ),
  given(
    "Deny with NotAction of something else",
    PAGE.notAction,
    [allow(), without("Action", deny(undefined, { NotAction: "sts:TagSession" }))],
    "explicit deny",
  ),
  given(
    "a Statement that is an object",
    PAGE.grammar,
    { Version: "2012-10-17", Statement: allow(pinned(ISSUER)) },
    "allow",
  ),
  given("no statements", PAGE.evaluation, [], "deny"),
  given("Deny wins, whatever the order", PAGE.evaluation, [deny(), allow()], "explicit deny"),
  given(
    "a Deny whose condition fails",
    PAGE.evaluation,
    [allow(), deny({ StringEquals: { [SUB]: "x" } })],
    "allow",
  ),
  given(
    "Deny by StringNotEquals of another audience",
    PAGE.operators,
    [allow(), deny({ StringNotEquals: { [AUD]: "x" } })],
    "explicit deny",
  ),
  given(
    "Deny by StringNotEquals of this audience",
    PAGE.operators,
    [allow(), deny({ StringNotEquals: { [AUD]: AUDIENCE } })],
    "allow",
  ),
  given(
    "Deny by StringNotLike of another namespace",
    PAGE.operators,
    [allow(), deny({ StringNotLike: { [SUB]: "system:serviceaccount:prod:*" } })],
    "explicit deny",
  ),
  given(
    "Deny of another action",
    PAGE.evaluation,
    [allow(), deny(undefined, { Action: "sts:TagSession" })],
    "allow",
  ),
  given("an account by its number", PAGE.principal, byAws("444455556666"), "allow", assumeRole(BOB)),
  given(
    "an account by its root",
    PAGE.principal,
    byAws("arn:aws:iam::444455556666:root"),
    "allow",
    assumeRole(BOB),
  ),
  given("another account", PAGE.principal, byAws("555555555555"), "deny", assumeRole(BOB)),
  given("a user", PAGE.principal, byAws("arn:aws:iam::444455556666:user/Ann", BOB), "allow", assumeRole(BOB)),
  given("a user's name is case-sensitive", PAGE.principal, byAws(BOB.toLowerCase()), "deny", assumeRole(BOB)),
  given(
    "a wildcard in a user's name is none",
    PAGE.principal,
    byAws("arn:aws:iam::444455556666:user/*"),
    "deny",
    assumeRole(BOB),
  ),
  given(
    "a role stands for its sessions",
    PAGE.principal,
    byAws("arn:aws:iam::444455556666:role/ci/deployer"),
    "allow",
    assumeRole(SESSION),
  ),
  given("a session stands for itself", PAGE.principal, byAws(SESSION), "allow", assumeRole(SESSION)),
  given("another session of the role", PAGE.principal, byAws(`${SESSION}0`), "deny", assumeRole(SESSION)),
  given(
    "a service",
    PAGE.principal,
    [
      allow(undefined, {
        Principal: { Service: ["ecs.amazonaws.com", "pods.eks.amazonaws.com"] },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      }),
    ],
    "allow",
    asService("pods.eks.amazonaws.com"),
  ),
  given(
    "another service",
    PAGE.principal,
    [allow(undefined, { Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" })],
    "deny",
    asService("pods.eks.amazonaws.com"),
  ),
  given(
    'Principal {"Federated": "*"} is everyone of an identity provider',
    PAGE.grammar,
    [allow(undefined, { Principal: { Federated: "*" } })],
    "allow",
  ),
  given(
    'Principal {"Service": "*"} is no identity provider',
    PAGE.grammar,
    [allow(undefined, { Principal: { Service: "*" } })],
    "deny",
  ),
  given(
    "the root of another partition",
    PAGE.principal,
    byAws("arn:aws-cn:iam::444455556666:root"),
    "deny",
    assumeRole(BOB),
  ),
  given(
    "the session of another account's role",
    PAGE.principal,
    byAws("arn:aws:iam::999999999999:role/deployer"),
    "deny",
    assumeRole(SESSION),
  ),
  given(
    "another role of the account",
    PAGE.principal,
    byAws("arn:aws:iam::444455556666:role/ci/releaser"),
    "deny",
    assumeRole(SESSION),
  ),
  given(
    "a user who is called as the session's role",
    PAGE.principal,
    byAws("arn:aws:iam::444455556666:user/deployer"),
    "deny",
    assumeRole(SESSION),
  ),
  given(
    "a role that is called as the user",
    PAGE.principal,
    byAws("arn:aws:iam::444455556666:role/Bob"),
    "deny",
    assumeRole(BOB),
  ),
  given(
    "another service's resource of the role's name",
    PAGE.principal,
    byAws("arn:aws:eks::444455556666:role/deployer"),
    "deny",
    assumeRole(SESSION),
  ),
  given(
    "a canonical user beside the provider",
    PAGE.principal,
    [allow(undefined, { Principal: { CanonicalUser: "79a59df900b949e5", Federated: PROVIDER } })],
    "allow",
  ),
  given(
    "a text that only holds a session's ARN",
    PAGE.principal,
    byAws("arn:aws:iam::444455556666:role/deployer"),
    "deny",
    assumeRole(`x${SESSION}`),
  ),
];
