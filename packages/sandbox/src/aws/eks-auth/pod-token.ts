import { compactVerify, createLocalJWKSet, decodeJwt, type JSONWebKeySet, type JWTPayload } from "jose";
import { AwsError } from "../exchange.ts";

/** The audience of the tokens that EKS exchanges. */
export const POD_IDENTITY_AUDIENCE = "pods.eks.amazonaws.com";

/** Who brings a token: a pod that runs with a ServiceAccount. */
export interface PodIdentity {
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
  readonly pod: { readonly name: string; readonly uid: string };
}

/** What a token is verified against. */
export interface PodTokenLookups {
  /** The cluster's issuer. */
  readonly issuer: string | undefined;
  /** Its signing keys; `undefined` when they can't be had. */
  readonly jwks: JSONWebKeySet | undefined;
  /** True if the pod and its ServiceAccount are still there; not asked by default. */
  readonly exists?: ((identity: PodIdentity) => Promise<boolean>) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Verifies a ServiceAccount's token: issuer, signature, audience, times, and the pod that it is bound to. One without a pod
 * is refused, since its name and UID go into the session. Source: EKS Auth API Reference, AssumeRoleForPodIdentity.
 * @throws AwsError InvalidTokenException, ExpiredTokenException
 */
export async function verifyPodToken(
  token: string,
  { issuer, jwks, exists, now }: PodTokenLookups,
): Promise<PodIdentity> {
  const claims = decode(token);
  const seconds = Math.floor(now / 1000);
  if (issuer === undefined || claims.iss !== issuer) throw invalidToken("its issuer is not the cluster's");
  if (jwks === undefined) throw invalidToken("the keys of its issuer can't be retrieved");
  await compactVerify(token, createLocalJWKSet(jwks), { algorithms: ["RS256"] }).catch(() => {
    throw invalidToken("its signature is not valid");
  });
  if (!audiencesOf(claims).includes(POD_IDENTITY_AUDIENCE))
    throw invalidToken(`its audience is not ${POD_IDENTITY_AUDIENCE}`);
  const { exp = 0, nbf = 0 } = claims;
  if (exp <= seconds)
    throw new AwsError(400, "ExpiredTokenException", "The token included in the request is expired.");
  if (nbf > seconds) throw invalidToken("it is not valid yet");
  const identity = identityIn(claims);
  if (identity === undefined) throw invalidToken("it is not bound to a pod");
  if (exists !== undefined && !(await exists(identity)))
    throw invalidToken("the pod or service account that it is bound to no longer exists");
  return identity;
}

function decode(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw invalidToken("it is not a JWT");
  }
}

function audiencesOf({ aud = [] }: JWTPayload): readonly string[] {
  return [aud].flat();
}

/** Source: Kubernetes documentation, "Managing Service Accounts", the structure of tokens. */
function identityIn({ "kubernetes.io": claim }: JWTPayload): PodIdentity | undefined {
  const { namespace, serviceaccount, pod } = (claim ?? {}) as {
    readonly namespace?: string;
    readonly serviceaccount?: PodIdentity["serviceAccount"];
    readonly pod?: PodIdentity["pod"];
  };
  if (namespace === undefined || serviceaccount === undefined || pod === undefined) return undefined;
  return { namespace, serviceAccount: serviceaccount, pod };
}

function invalidToken(why: string): AwsError {
  return new AwsError(400, "InvalidTokenException", `The token included in the request is invalid: ${why}.`);
}
