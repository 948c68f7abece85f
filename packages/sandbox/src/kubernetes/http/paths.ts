import { publicKey } from "../auth/tokens.ts";
import type { Cluster } from "../cluster.ts";
import { noSuchPath } from "../model/status.ts";
import type { Reply } from "./call.ts";
import { apiGroups, apiResources, apiVersions } from "./discovery.ts";
import { openApiDocument, openApiIndex } from "./openapi.ts";

/** GET of something that is not a resource. @throws ApiError 404. */
export function answerPath(cluster: Cluster, path: string): Reply {
  const [root = "", ...rest] = path.split("/").slice(1);
  const body = ROOTS[root]?.(cluster, rest);
  if (body === undefined) throw noSuchPath();
  if (typeof body === "string") return { status: 200, body, contentType: "text/plain; charset=utf-8" };
  const isKeys = path === "/openid/v1/jwks";
  return { status: 200, body, ...(isKeys && { contentType: "application/jwk-set+json" }) };
}

const ROOTS: Readonly<Record<string, (cluster: Cluster, rest: readonly string[]) => unknown>> = {
  api: (_cluster, [version]) => (version === undefined ? apiVersions() : apiResources("", version)),
  apis: (_cluster, [group, version]) =>
    version === undefined ? apiGroups(group) : apiResources(group ?? "", version),
  version: ({ gitVersion }) => versionInfo(gitVersion),
  healthz: () => "ok",
  livez: () => "ok",
  readyz: () => "ok",
  openapi: (_cluster, [version, ...rest]) => openApi(version, rest),
  ".well-known": ({ tokenIssuer, jwksUri }, rest) =>
    rest.join("/") === "openid-configuration" ? discoveryDocument(tokenIssuer.issuer, jwksUri) : undefined,
  openid: ({ tokenIssuer }, rest) =>
    rest.join("/") === "v1/jwks" ? { keys: [publicKey(tokenIssuer.signingKey)] } : undefined,
};

function openApi(version: string | undefined, rest: readonly string[]): unknown {
  if (version !== "v3") return undefined;
  return rest.length === 0 ? openApiIndex() : openApiDocument(rest.join("/"));
}

/** Source: OpenID Connect Discovery 1.0, as far as Kubernetes serves it. */
function discoveryDocument(issuer: string, jwksUri: string) {
  return {
    issuer,
    jwks_uri: jwksUri,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}

function versionInfo(gitVersion: string) {
  const [, major = "", minor = ""] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return { major, minor, gitVersion, platform: "linux/amd64" };
}
