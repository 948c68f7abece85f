import { expect } from "vitest";
import {
  createProvider,
  createRole,
  invalid,
  malformed,
  motoSays,
  motoTakes,
  refused,
  trust,
  type Case,
  type Expected,
  type Step,
} from "../case.ts";

const WEB_IDENTITY = "STS API Reference, AssumeRoleWithWebIdentity";
const ASSUME = "STS API Reference, AssumeRole";
const ROLE = "arn:aws:iam::{account}:role/app";
const denied = refused(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
const badToken = (message: unknown) => refused(400, "InvalidIdentityTokenException", message);
const CREDENTIALS = {
  AccessKeyId: expect.stringMatching(/^ASIA/),
  SecretAccessKey: expect.any(String),
  SessionToken: expect.any(String),
  Expiration: expect.any(Date),
};
const exchange = (changes: object, expected: Expected): Step => ({
  call: "sts:AssumeRoleWithWebIdentity",
  input: { RoleArn: ROLE, RoleSessionName: "proof", WebIdentityToken: "{token}", ...changes },
  ...expected,
  ...("refused" in expected &&
    motoTakes("returns credentials for any token to anyone, even for roles that do not exist")),
});
const assume = (changes: object, expected: Partial<Step>): Step => ({
  call: "sts:AssumeRole",
  input: { RoleArn: ROLE, RoleSessionName: "ci", ...changes },
  ...expected,
});
const trusting = (AWS: string, changes: object = {}) => ({
  AssumeRolePolicyDocument: trust({
    Principal: { AWS },
    Action: "sts:AssumeRole",
    Condition: undefined,
    ...changes,
  }),
});
const notAuthorized = {
  ...refused(
    403,
    "AccessDenied",
    `User: arn:aws:iam::{account}:user/ci is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
  ),
  ...motoTakes("allows anyone to assume any role, even one that does not exist"),
};
const NOBODY = motoSays(
  { answer: { Account: "{account}", Arn: "arn:aws:sts::{account}:user/moto" } },
  "does not know the owner of the access keys",
);

/** Who one is, and how one assumes a role. */
export const SESSION_CASES: readonly Case[] = [
  {
    name: "GetCallerIdentity returns a user",
    source: "STS API Reference, GetCallerIdentity",
    steps: [
      {
        call: "sts:GetCallerIdentity",
        answer: {
          Account: "{account}",
          Arn: "arn:aws:iam::{account}:user/ci",
          UserId: expect.stringMatching(/^AIDA/),
        },
        ...NOBODY,
      },
    ],
  },
  {
    name: "GetCallerIdentity returns a role's session",
    source: "STS API Reference, GetCallerIdentity",
    steps: [
      {
        call: "sts:GetCallerIdentity",
        as: "session",
        answer: {
          Arn: "arn:aws:sts::{account}:assumed-role/deployer/ci",
          UserId: expect.stringMatching(/^AROA\w+:ci$/),
        },
        ...NOBODY,
      },
    ],
  },
  {
    name: "a key that nobody has is refused, by each service in its way",
    source: "Common Errors of the IAM, STS and EKS API References",
    steps: [
      ...(["sts:GetCallerIdentity", "iam:ListRoles"] as const).map((call): Step => ({
        call,
        as: "nobody",
        ...refused(403, "InvalidClientTokenId", "The security token included in the request is invalid."),
      })),
      {
        call: "eks:ListClusters",
        as: "nobody",
        ...refused(
          403,
          "UnrecognizedClientException",
          "The security token included in the request is invalid.",
        ),
      },
    ],
  },
  {
    name: "a wrong signature is refused, by each service in its way",
    source: "Common Errors of the IAM, STS and EKS API References",
    steps: [
      {
        call: "sts:GetCallerIdentity",
        as: "wrong",
        ...refused(
          403,
          "SignatureDoesNotMatch",
          expect.stringContaining("does not match the signature you provided"),
        ),
      },
      {
        call: "eks:ListClusters",
        as: "wrong",
        ...refused(403, "InvalidSignatureException", expect.stringContaining("does not match the signature")),
      },
    ],
  },
  {
    name: "a ServiceAccount's token is exchanged for credentials of the role",
    source: WEB_IDENTITY,
    clusters: ["work"],
    steps: [
      createProvider(),
      createRole(),
      exchange(
        { DurationSeconds: 900 },
        {
          answer: {
            AssumedRoleUser: {
              Arn: "arn:aws:sts::{account}:assumed-role/app/proof",
              AssumedRoleId: expect.stringMatching(/^AROA\w+:proof$/),
            },
            Audience: "sts.amazonaws.com",
            Provider: "{provider}",
            SubjectFromWebIdentityToken: "system:serviceaccount:team:app",
            Credentials: CREDENTIALS,
          },
          ...motoSays(
            {
              answer: {
                AssumedRoleUser: {
                  Arn: "arn:aws:sts::{account}:assumed-role/app/proof",
                  AssumedRoleId: "ARO123EXAMPLE123:proof",
                },
                Credentials: CREDENTIALS,
              },
            },
            "returns neither audience, subject nor provider of a token, and invents the role's id",
          ),
        },
      ),
    ],
  },
  {
    name: "the token of another ServiceAccount is refused",
    source: WEB_IDENTITY,
    clusters: ["work"],
    steps: [createProvider(), createRole(), exchange({ WebIdentityToken: "{tokenOfAnother}" }, denied)],
  },
  {
    name: "a role that does not exist is refused like one that does not trust the caller",
    source: WEB_IDENTITY,
    clusters: ["work"],
    steps: [createProvider(), exchange({}, denied)],
  },
  {
    name: "an issuer without a provider is refused",
    source: WEB_IDENTITY,
    clusters: ["work"],
    steps: [
      createRole(),
      exchange({}, badToken("No OpenIDConnect provider found in your account for {issuer}")),
      createProvider(),
      exchange(
        { WebIdentityToken: "{tokenOfStranger}" },
        badToken("No OpenIDConnect provider found in your account for https://issuer.example"),
      ),
    ],
  },
  {
    name: "an audience that the provider does not list is refused",
    source: WEB_IDENTITY,
    clusters: ["work"],
    steps: [
      createProvider(),
      createRole(),
      exchange({ WebIdentityToken: "{tokenForAnother}" }, badToken("Incorrect token audience")),
    ],
  },
  {
    name: "an expired token is refused",
    source: WEB_IDENTITY,
    clusters: ["work"],
    steps: [
      createProvider(),
      createRole(),
      exchange(
        { WebIdentityToken: "{tokenExpired}" },
        refused(
          400,
          "ExpiredTokenException",
          expect.stringMatching(
            /^Token expired: current date\/time \d+ must be before the expiration date\/time \d+$/,
          ),
        ),
      ),
    ],
  },
  {
    name: "a token with a forged signature is refused",
    source: WEB_IDENTITY,
    clusters: ["work"],
    steps: [
      createProvider(),
      createRole(),
      exchange({ WebIdentityToken: "{tokenForged}" }, badToken("Token signature is invalid")),
    ],
  },
  {
    name: "an invalid token is refused",
    source: WEB_IDENTITY,
    clusters: ["work"],
    steps: [
      createProvider(),
      createRole(),
      exchange({ WebIdentityToken: "a.b.c" }, badToken(expect.stringContaining("is not a valid JWT"))),
    ],
  },
  {
    name: "a session policy must be a policy",
    source: WEB_IDENTITY,
    clusters: ["work"],
    steps: [
      createProvider(),
      createRole(),
      exchange({ Policy: "{" }, malformed("This policy contains invalid Json")),
    ],
  },
  {
    name: "a session is not longer than the role allows, nor shorter than a quarter of an hour",
    source: WEB_IDENTITY,
    clusters: ["work"],
    steps: [
      createProvider(),
      createRole(),
      exchange(
        { DurationSeconds: 3601 },
        invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role."),
      ),
      exchange(
        { DurationSeconds: 899 },
        invalid(expect.stringMatching(/'durationSeconds' .* greater than or equal to 900/)),
      ),
    ],
  },
  {
    name: "a role is assumed by those whom it trusts",
    source: ASSUME,
    steps: [
      createRole(trusting("arn:aws:iam::{account}:root")),
      assume(
        {},
        {
          answer: {
            AssumedRoleUser: {
              Arn: "arn:aws:sts::{account}:assumed-role/app/ci",
              AssumedRoleId: expect.stringMatching(/^AROA\w+:ci$/),
            },
            Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/) },
          },
        },
      ),
    ],
  },
  {
    name: "a role that does not trust the caller, or does not exist, can't be assumed",
    source: ASSUME,
    steps: [assume({}, notAuthorized), createRole(trusting("444455556666")), assume({}, notAuthorized)],
  },
  {
    name: "an external ID is checked",
    source: "IAM User Guide, Access to AWS accounts owned by third parties",
    steps: [
      createRole(trusting("{account}", { Condition: { StringEquals: { "sts:ExternalId": "42" } } })),
      assume({}, notAuthorized),
      assume({ ExternalId: "42" }, { answer: { AssumedRoleUser: {} } }),
    ],
  },
  {
    name: "sessions last as long as the role allows, chained ones at most an hour",
    source: `${ASSUME}, DurationSeconds`,
    steps: [
      createRole({ ...trusting("arn:aws:iam::{account}:root"), MaxSessionDuration: 7200 }),
      assume({ DurationSeconds: 7200 }, { answer: { AssumedRoleUser: {} } }),
      assume(
        { DurationSeconds: 7201 },
        {
          ...invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role."),
          ...motoTakes("does not check a role's maximum session duration"),
        },
      ),
      {
        ...assume(
          { DurationSeconds: 3601 },
          {
            ...invalid(
              "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
            ),
            ...motoTakes("does not limit chained sessions"),
          },
        ),
        as: "session",
      },
    ],
  },
];
