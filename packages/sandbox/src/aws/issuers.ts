import type { JSONWebKeySet } from "jose";
import type { WireRequest, WireResponse } from "./exchange.ts";

/** Where what issuers publish is served, for clients that are told to look here for it. */
export const ISSUERS_PATH = "/_irsa/issuers";

/** An issuer's public keys; `undefined` when they can't be had. */
export type IssuerKeys = (issuer: string) => Promise<JSONWebKeySet | undefined>;

/**
 * Answers in place of the issuers, to anyone, as they do: `/_irsa/issuers/HOST/PATH` is `https://HOST/PATH`.
 * `undefined` for other requests. Source: OpenID Connect Discovery 1.0, 4; EKS's issuers have their keys at `/keys`.
 */
export async function publishedByIssuers(
  { method, target }: WireRequest,
  jwks: IssuerKeys | undefined,
): Promise<WireResponse | undefined> {
  if (method !== "GET" || !target.startsWith(`${ISSUERS_PATH}/`)) return undefined;
  const url = `https://${target.slice(ISSUERS_PATH.length + 1)}`;
  const [, issuer = "", what] = /^(.*?)(\/\.well-known\/openid-configuration|\/keys)$/.exec(url) ?? [];
  const keys = what === undefined ? undefined : await jwks?.(issuer);
  if (keys === undefined) return json(404, { error: "no issuer of this AWS" });
  if (what === "/keys") return json(200, keys);
  return json(200, {
    issuer,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  });
}

function json(status: number, value: unknown): WireResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}
