import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from "jose";
import { Failure } from "../../src/model/failure.ts";

/** What a ServiceAccount token says, besides who may have it. */
export interface TokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  /** Seconds from now; `none` for a token that says nothing of its end. */
  readonly exp?: number | "none";
}

/** An issuer's key pair. */
export interface TokenSigner {
  readonly sign: (claims: TokenClaims) => Promise<string>;
  readonly keys: JSONWebKeySet;
}

/** A new issuer's keys. */
export async function newSigner(kid = "k1", alg = "RS256"): Promise<TokenSigner> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: "sig" };
  return {
    keys: { keys: [jwk] },
    sign: async ({ iss, sub, aud, exp = 600 }) => {
      const token = new SignJWT({})
        .setProtectedHeader({ alg, kid })
        .setIssuer(iss)
        .setSubject(sub)
        .setAudience([...aud])
        .setIssuedAt();
      if (exp !== "none") token.setExpirationTime(Math.floor(Date.now() / 1000) + exp);
      return token.sign(privateKey);
    },
  };
}

/** How the keys of an issuer that can't be reached are read. */
export async function outOfReach(): Promise<never> {
  throw new Failure("failed", "unreachable", "the issuer's keys can't be read: no route to host");
}
