import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { AssumableRole } from "../../src/aws/session-request.ts";
import { AwsError } from "../../src/aws/exchange.ts";
import {
  grantWebIdentity,
  type WebIdentityLookups,
  type WebIdentityRequest,
} from "../../src/aws/web-identity.ts";

const HOST_PATH = "oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF";
const ISSUER = `https://${HOST_PATH}`;
const PROVIDER = `arn:aws:iam::111122223333:oidc-provider/${HOST_PATH}`;
const SUBJECT = "system:serviceaccount:team:app";
const ROLE_ARN = "arn:aws:iam::111122223333:role/path/app";
const NOW = 1_800_000_000;

const CLAIMS = { iss: ISSUER, sub: SUBJECT, aud: ["sts.amazonaws.com"], exp: NOW + 600, nbf: NOW, iat: NOW };

const ROLE: AssumableRole = {
  arn: ROLE_ARN,
  roleId: "AROAROLE",
  maxSessionDuration: 3600,
  trust: {
    Statement: {
      Effect: "Allow",
      Principal: { Federated: PROVIDER },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { [`${HOST_PATH}:sub`]: SUBJECT, [`${HOST_PATH}:aud`]: "sts.amazonaws.com" },
        StringLike: { "sts:RoleSessionName": "irsa-*" },
      },
    },
  },
};

const REQUEST = {
  roleArn: ROLE_ARN,
  sessionName: "irsa-proof",
  durationSeconds: 900,
  region: "eu-west-1",
};

let jwks: JSONWebKeySet;
let sign: (claims: Record<string, unknown>) => Promise<string>;
let signWithAnother: (claims: Record<string, unknown>) => Promise<string>;

beforeAll(async () => {
  [{ jwks, sign }, { sign: signWithAnother }] = [await newKeys(), await newKeys()];
});

async function newKeys() {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const key = { ...(await exportJWK(publicKey)), kid: "one", alg: "RS256" };
  return {
    jwks: { keys: [key] },
    sign: (claims: Record<string, unknown>) =>
      new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(privateKey),
  };
}

interface World {
  readonly claims?: Record<string, unknown>;
  readonly request?: Partial<WebIdentityRequest>;
  readonly lookups?: Partial<WebIdentityLookups>;
}

async function grant({ claims = {}, request = {}, lookups = {} }: World = {}) {
  const token = await sign({ ...CLAIMS, ...claims });
  return grantWebIdentity(
    { ...REQUEST, token, ...request },
    {
      clientIds: async (arn) => (arn === PROVIDER ? ["other", "sts.amazonaws.com"] : undefined),
      jwks: async () => jwks,
      role: async (arn) => (arn.endsWith("/app") ? ROLE : undefined),
      now: () => NOW * 1000,
      ...lookups,
    },
  );
}

async function refusal(world: World) {
  const error: unknown = await grant(world).catch((error: unknown) => error);
  if (!(error instanceof AwsError)) throw new Error(`not refused by STS: ${String(error)}`);
  return { status: error.status, code: error.code, message: error.message };
}

describe("grantWebIdentity", () => {
  it("grants the role to the account that its trust names", async () => {
    expect(await grant()).toMatchObject({
      role: ROLE,
      providerArn: PROVIDER,
      subject: SUBJECT,
      audience: "sts.amazonaws.com",
    });
  });

  it("looks for the provider in the role's account and partition", async () => {
    expect(await refusal({ request: { roleArn: "arn:aws-cn:iam::444455556666:role/app" } })).toEqual({
      status: 400,
      code: "InvalidIdentityToken",
      message: `No OpenIDConnect provider found in your account for ${ISSUER}`,
    });
  });

  const denied = {
    status: 403,
    code: "AccessDenied",
    message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
  };
  const invalid = (message: string) => ({ status: 400, code: "ValidationError", message });
  const badToken = (message: string) => ({ status: 400, code: "InvalidIdentityToken", message });

  it.each<[string, World, { status: number; code: string; message: unknown }]>([
    ["an account of another namespace", { claims: { sub: "system:serviceaccount:other:app" } }, denied],
    ["a session name that the trust does not like", { request: { sessionName: "someone" } }, denied],
    ["a role that is not there", { request: { roleArn: "arn:aws:iam::111122223333:role/none" } }, denied],
    ["a role's ARN without its path", { request: { roleArn: "arn:aws:iam::111122223333:role/app" } }, denied],
    [
      "an audience that the provider lacks",
      { claims: { aud: ["sts.amazonaws.com "] } },
      badToken("Incorrect token audience"),
    ],
    [
      "an expired token",
      { claims: { exp: NOW } },
      {
        status: 400,
        code: "ExpiredTokenException",
        message: `Token expired: current date/time ${NOW} must be before the expiration date/time ${NOW}`,
      },
    ],
    [
      "a token from the future",
      { claims: { nbf: NOW + 60 } },
      badToken("The ID Token provided is not yet valid"),
    ],
    ["a token without audience", { claims: { aud: undefined } }, badToken("Missing a required claim: aud")],
    [
      "what is no JWT",
      { request: { token: "a.b.c" } },
      badToken(expect.stringContaining("is not a valid JWT") as string),
    ],
    [
      "an issuer whose keys can't be had",
      { lookups: { jwks: async () => undefined } },
      badToken(expect.stringContaining("Couldn't retrieve verification key") as string),
    ],
    [
      "an issuer that has other keys",
      { lookups: { jwks: async () => ({ keys: [] }) } },
      badToken(expect.stringContaining("Couldn't retrieve verification key") as string),
    ],
    ["what is not a valid role ARN", { request: { roleArn: "role/app" } }, invalid("Request ARN is invalid")],
    [
      "the requested session duration exceeds the role's maximum",
      { request: { durationSeconds: 3601 } },
      invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role."),
    ],
    [
      "a session that no role allows",
      { request: { durationSeconds: 899 } },
      invalid(expect.stringContaining("greater than or equal to 900") as string),
    ],
    [
      "a session name with a space",
      { request: { sessionName: "a b" } },
      invalid(expect.stringContaining("'roleSessionName' failed") as string),
    ],
  ])("refuses %s", async (_what, world, expected) => {
    expect(await refusal(world)).toEqual(expected);
  });

  it("refuses a token that another key signed", async () => {
    const token = await signWithAnother(CLAIMS);
    expect(await refusal({ request: { token } })).toEqual({
      status: 400,
      code: "InvalidIdentityToken",
      message: "Token signature is invalid",
    });
  });

  it("tells a wrong audience before it looks at role and signature", async () => {
    const token = await signWithAnother({ ...CLAIMS, aud: "x" });
    expect(
      await refusal({ request: { token, roleArn: "arn:aws:iam::111122223333:role/none" } }),
    ).toMatchObject({
      message: "Incorrect token audience",
    });
  });
});
