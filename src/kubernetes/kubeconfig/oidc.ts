import { decodeJwt } from "jose";
import { Failure } from "../../model/failure.ts";
import type { CredentialSource } from "../api-access.ts";
import { bearer } from "./bearer.ts";
import type { UserEntry } from "./entries.ts";
import { kubeconfigFailure } from "./read-credential.ts";

/**
 * The id token of the auth-provider `oidc`, as long as it is good. kubectl gets a new one by the refresh token, which some
 * providers take once, and writes both back to the kubeconfig; that is left to it.
 * @throws Failure `kubeconfig` for another provider: kubectl has none since 1.26
 */
export function idTokenSource(
  { name, config }: NonNullable<UserEntry["authProvider"]>,
  whose: string,
): CredentialSource {
  if (name !== "oidc")
    throw kubeconfigFailure(
      `the auth-provider '${name}' of the ${whose} in the kubeconfig is not supported`,
      "kubectl has only 'oidc' since version 1.26. Write the kubeconfig again with a credential plugin (exec), as aws eks update-kubeconfig does",
    );
  const { "id-token": token = "" } = config;
  for (const field of ["idp-issuer-url", "client-id"])
    if ((config[field] ?? "") === "")
      throw kubeconfigFailure(`the auth-provider 'oidc' of the ${whose} in the kubeconfig has no ${field}`);
  const headers = token === "" ? undefined : bearer(token, `the id-token of the ${whose}`);
  return async () => {
    const expires = expiryOf(token);
    if (headers !== undefined && expires !== undefined && expires > Date.now()) return { headers };
    throw new Failure("denied", "credentials-expired", `${problemOf(token, expires)} of the ${whose}`, {
      advice: "Run any kubectl command with this context: kubectl refreshes it in the kubeconfig",
    });
  };
}

function problemOf(token: string, expires: number | undefined): string {
  if (token === "") return "the kubeconfig has no id-token";
  return expires === undefined ? "the id-token is not a JSON Web Token:" : "the id-token has expired:";
}

function expiryOf(token: string): number | undefined {
  try {
    return (decodeJwt(token).exp ?? 0) * 1000;
  } catch {
    return undefined;
  }
}
