import { createLocalJWKSet, importJWK, jwtVerify, SignJWT, type JWK } from "jose";
import { randomUUID } from "node:crypto";
import type { ServiceAccount } from "../model/kinds.ts";
import type { KubeObject } from "../model/object.ts";
import { PODS, SERVICE_ACCOUNTS } from "../model/resources.ts";
import type { Store } from "../store.ts";
import type { User } from "./user.ts";

/** The issuer of ServiceAccount tokens. */
export interface TokenIssuer {
  readonly issuer: string;
  /** The private RSA key, with `kid`. */
  readonly signingKey: JWK;
  /** The audiences that are this API server itself; the first stands in for none. */
  readonly audiences: readonly string[];
}

/** What a token shall say. */
export interface TokenClaims {
  readonly serviceAccount: ServiceAccount;
  readonly audiences: readonly string[];
  readonly seconds: number;
  /** The object that the token ends with. */
  readonly boundTo?: KubeObject;
}

/** The private claim. Source: Kubernetes documentation, "Managing Service Accounts", the structure of tokens. */
interface KubernetesClaim {
  readonly namespace: string;
  readonly serviceaccount: ObjectClaim;
  readonly pod?: ObjectClaim;
  readonly node?: ObjectClaim;
  readonly secret?: ObjectClaim;
}

interface ObjectClaim {
  readonly name: string;
  readonly uid: string;
}

/** Signs a token that is valid from now on. */
export async function mintToken(issuer: TokenIssuer, claims: TokenClaims): Promise<string> {
  const { serviceAccount, audiences, seconds, boundTo } = claims;
  const { namespace = "", name } = serviceAccount.metadata;
  const now = Math.floor(Date.now() / 1000);
  const kubernetes: KubernetesClaim = {
    namespace,
    ...(boundTo && { [boundTo.kind.toLowerCase()]: objectClaim(boundTo) }),
    serviceaccount: objectClaim(serviceAccount),
  };
  return new SignJWT({ aud: [...audiences], "kubernetes.io": kubernetes })
    .setProtectedHeader({ alg: "RS256", kid: issuer.signingKey.kid ?? "" })
    .setIssuer(issuer.issuer)
    .setSubject(`system:serviceaccount:${namespace}:${name}`)
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + seconds)
    .setJti(randomUUID())
    .sign(await importJWK(issuer.signingKey, "RS256"));
}

/** A ServiceAccount's token that was verified: its owner, and for which of the asked audiences. */
export interface VerifiedToken {
  readonly user: User;
  readonly audiences: readonly string[];
}

/** Verifies a token of ours, and that the objects it speaks of are still there; `undefined` for any other. */
export async function verifyToken(
  store: Store,
  issuer: TokenIssuer,
  token: string,
  audiences: readonly string[],
): Promise<VerifiedToken | undefined> {
  const keys = createLocalJWKSet({ keys: [publicKey(issuer.signingKey)] });
  const options = { issuer: issuer.issuer, audience: [...audiences], algorithms: ["RS256"] };
  const verified = await jwtVerify(token, keys, options).catch(() => undefined);
  const claim = verified?.payload["kubernetes.io"] as KubernetesClaim | undefined;
  if (verified === undefined || claim === undefined || !isAlive(store, claim)) return undefined;
  const { aud = [], jti = "" } = verified.payload;
  return {
    user: userOf(claim, jti),
    audiences: audiences.filter((audience) => [aud].flat().includes(audience)),
  };
}

/** The public half of an RSA key. */
export function publicKey({ kty, n, e, kid, alg, use }: JWK): JWK {
  return { use, kty, kid, alg, n, e } as JWK;
}

function isAlive(store: Store, { namespace, serviceaccount, pod }: KubernetesClaim): boolean {
  const serviceAccount = store.get(SERVICE_ACCOUNTS, namespace, serviceaccount.name);
  if (serviceAccount?.metadata.uid !== serviceaccount.uid) return false;
  return pod === undefined || store.get(PODS, namespace, pod.name)?.metadata.uid === pod.uid;
}

function userOf({ namespace, serviceaccount, pod }: KubernetesClaim, jti: string): User {
  return {
    username: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
    uid: serviceaccount.uid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`],
    extra: {
      "authentication.kubernetes.io/credential-id": [`JTI=${jti}`],
      ...(pod && {
        "authentication.kubernetes.io/pod-name": [pod.name],
        "authentication.kubernetes.io/pod-uid": [pod.uid],
      }),
    },
  };
}

function objectClaim({ metadata: { name, uid = "" } }: KubeObject): ObjectClaim {
  return { name, uid };
}
