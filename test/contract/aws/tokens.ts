import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from "jose";

/** Where the contract's tokens come from: an EKS cluster's issuer. */
export const ISSUER = "https://oidc.eks.eu-west-1.amazonaws.com/id/CONTRACT";

/** Keys of an issuer, and tokens by the names that cases use. */
export interface Tokens {
  readonly jwks: JSONWebKeySet;
  readonly byName: ReadonlyMap<string, string>;
}

const AUDIENCE = "sts.amazonaws.com";

/** Makes keys and tokens; they are good for ten minutes. */
export async function makeTokens(): Promise<Tokens> {
  const [own, foreign] = [await newKey(), await newKey()];
  const now = Math.floor(Date.now() / 1000);
  const good = {
    iss: ISSUER,
    sub: "system:serviceaccount:team:app",
    aud: [AUDIENCE],
    iat: now,
    exp: now + 600,
  };
  const tokens = {
    /** Of the account that trust() admits. */
    token: own.sign(good),
    tokenOfAnother: own.sign({ ...good, sub: "system:serviceaccount:other:app" }),
    tokenForAnother: own.sign({ ...good, aud: ["vault"] }),
    tokenExpired: own.sign({ ...good, iat: now - 1200, exp: now - 600 }),
    tokenForged: foreign.sign(good),
    /** Of an issuer that no provider stands for. */
    tokenOfStranger: own.sign({ ...good, iss: "https://issuer.example" }),
  };
  const byName = new Map<string, string>();
  for (const [name, token] of Object.entries(tokens)) byName.set(name, await token);
  return { jwks: { keys: [own.jwk] }, byName };
}

async function newKey() {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  return {
    jwk: { ...(await exportJWK(publicKey)), kid: "one", alg: "RS256" },
    sign: (claims: Record<string, unknown>) =>
      new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(privateKey),
  };
}
