import type { JSONWebKeySet } from "jose";
import { Failure } from "../model/failure.ts";
import type { IssuerUrl } from "../model/issuer.ts";
import { fetchJson } from "../network/fetch-json.ts";
import { issuerEndpoint } from "./issuer-endpoint.ts";

/**
 * The keys that an issuer publishes, read where IAM reads them: from the issuer's own address, not from the cluster.
 * Source: OpenID Connect Discovery 1.0, 4 (the document, whose issuer must be the one that was asked, names the keys).
 * @throws Failure `unreachable`, `issuer-keys`
 */
export async function publishedKeys(issuer: IssuerUrl): Promise<JSONWebKeySet> {
  const endpoint = issuerEndpoint();
  const at = (url: string): string =>
    endpoint === undefined ? url : `${endpoint}/${url.slice("https://".length)}`;
  const document = (await fetchJson(at(`${issuer}/.well-known/openid-configuration`))) as Discovery;
  if (document?.issuer !== issuer) throw noKeys(issuer, "its discovery document is for a different issuer");
  const { jwks_uri: uri } = document;
  if (typeof uri !== "string" || !uri.startsWith("https://"))
    throw noKeys(issuer, "its discovery document has no https jwks_uri");
  return (await fetchJson(at(uri))) as JSONWebKeySet;
}

type Discovery = { readonly issuer?: unknown; readonly jwks_uri?: unknown } | null;

function noKeys(issuer: IssuerUrl, why: string): Failure {
  return new Failure("failed", "issuer-keys", `the keys of ${issuer} can't be read: ${why}`);
}
