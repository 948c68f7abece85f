import { createLocalJWKSet, decodeJwt, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from "jose";
import { evaluateTrust } from "irsa-model/trust-policy/evaluate.ts";
import { webIdentityRequest, type WebIdentity } from "irsa-model/trust-policy/request.ts";
import { AwsError } from "./exchange.ts";
import {
  checkRoleDuration,
  checkSessionRequest,
  factsOf,
  type AssumableRole,
  type SessionRequest,
} from "./session-request.ts";

/** The parameters of AssumeRoleWithWebIdentity that decide. Source: STS API Reference, AssumeRoleWithWebIdentity. */
export interface WebIdentityRequest extends SessionRequest {
  readonly token: string;
}

/** The world around STS. */
export interface WebIdentityLookups {
  /** The audiences of the provider with this ARN; `undefined` when there is none. */
  clientIds(providerArn: string): Promise<readonly string[] | undefined>;
  /** The issuer's signing keys; `undefined` when they can't be had. */
  jwks(issuer: string): Promise<JSONWebKeySet | undefined>;
  role(roleArn: string): Promise<AssumableRole | undefined>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** A verified token and the role that it may assume. */
export interface WebIdentityGrant {
  readonly role: AssumableRole;
  readonly providerArn: string;
  readonly subject: string;
  readonly audience: string;
}

/**
 * Decides a web identity request as STS does, in its order: the request's form, the token's form and times, the provider in
 * the role's account, the audience, the signature, and at last the role with its trust, whose absence STS does not tell
 * from a refusal.
 * @throws AwsError ValidationError, InvalidIdentityToken, ExpiredTokenException, AccessDenied with STS's own texts.
 */
export async function grantWebIdentity(
  request: WebIdentityRequest,
  lookups: WebIdentityLookups,
): Promise<WebIdentityGrant> {
  const roleScope = checkSessionRequest(request);
  const claims = readClaims(request.token, lookups.now());
  const issuerHostPath = claims.issuer.replace(/^https:\/\//, "");
  const providerArn = `${roleScope}:oidc-provider/${issuerHostPath}`;
  const clientIds = await lookups.clientIds(providerArn);
  if (clientIds === undefined) {
    throw invalidToken(`No OpenIDConnect provider found in your account for ${claims.issuer}`);
  }
  const audience = claims.audiences.find((candidate) => clientIds.includes(candidate));
  if (audience === undefined) throw invalidToken("Incorrect token audience");
  await verifySignature(request.token, await lookups.jwks(claims.issuer));
  const identity = { providerArn, issuerHostPath, subject: claims.subject, audience };
  return { ...identity, role: await admittingRole(request, identity, lookups) };
}

interface Claims {
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

function readClaims(token: string, now: number): Claims {
  const payload = decode(token);
  for (const claim of ["iss", "sub", "aud", "exp"] as const) {
    if (payload[claim] === undefined) throw invalidToken(`Missing a required claim: ${claim}`);
  }
  const { iss = "", sub = "", aud = [], exp = 0, nbf = 0 } = payload;
  const seconds = Math.floor(now / 1000);
  if (exp <= seconds) {
    const message = `Token expired: current date/time ${seconds} must be before the expiration date/time ${exp}`;
    throw new AwsError(400, "ExpiredTokenException", message);
  }
  if (nbf > seconds) throw invalidToken("The ID Token provided is not yet valid");
  return { issuer: iss, subject: sub, audiences: Array.isArray(aud) ? aud : [aud] };
}

function decode(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw invalidToken(
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    );
  }
}

/** Times are ours to judge, so jose is told a moment at which the token is valid. */
async function verifySignature(token: string, jwks: JSONWebKeySet | undefined): Promise<void> {
  if (jwks === undefined) throw noVerificationKey();
  const { exp = 0 } = decode(token);
  try {
    await jwtVerify(token, createLocalJWKSet(jwks), { currentDate: new Date((exp - 1) * 1000) });
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) throw noVerificationKey();
    throw invalidToken("Token signature is invalid");
  }
}

async function admittingRole(
  request: WebIdentityRequest,
  identity: WebIdentity,
  lookups: WebIdentityLookups,
): Promise<AssumableRole> {
  const role = await lookups.role(request.roleArn);
  if (role?.arn !== request.roleArn || !admits(role, request, identity, lookups.now())) {
    throw new AwsError(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
  }
  checkRoleDuration(role, request);
  return role;
}

/** STS knows its whole context, so there is no maybe. */
function admits(
  role: AssumableRole,
  request: WebIdentityRequest,
  identity: WebIdentity,
  now: number,
): boolean {
  const facts = factsOf(request, now);
  const judged = evaluateTrust(role.trust, webIdentityRequest({ ...identity, facts, others: "absent" }));
  return judged.verdict === "allow";
}

function invalidToken(message: string): AwsError {
  return new AwsError(400, "InvalidIdentityToken", message);
}

function noVerificationKey(): AwsError {
  return invalidToken(
    "Couldn't retrieve verification key from your identity provider,  " +
      "please reference AssumeRoleWithWebIdentity documentation for requirements",
  );
}
