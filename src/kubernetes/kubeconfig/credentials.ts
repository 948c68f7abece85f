import type { OutgoingHttpHeaders } from "node:http";
import type { ApiAccess, ApiServer, CredentialKind, Credentials, CredentialSource } from "../api-access.ts";
import { bearer } from "./bearer.ts";
import type { UserEntry } from "./entries.ts";
import { execSource } from "./exec-source.ts";
import { impersonationHeaders } from "./impersonation.ts";
import { idTokenSource } from "./oidc.ts";
import { requirePlugin } from "./plugin-rules.ts";
import { kubeconfigFailure, pemOf, readNamed, requirePair } from "./read-credential.ts";
import { keepKey } from "./secrets.ts";

/**
 * The credentials of a user, by what comes first with kubectl: a token, a password or a certificate that is there, then
 * a plugin. Source: client-go, `getUserIdentificationPartialConfig`, `exec.UpdateTransportConfig`.
 * @throws Failure `kubeconfig` for what kubectl refuses too
 */
export function credentialsOf(
  user: UserEntry,
  server: ApiServer,
  pluginConfig: unknown,
): Pick<ApiAccess, "identity" | "credentials"> {
  const whose = `user '${user.name}'`;
  requireOneMethod(user, whose);
  if (user.exec !== undefined) requirePlugin(user.exec, whose);
  const extra = impersonationHeaders(user.impersonate, whose);
  const certificate = certificateOf(user, whose);
  const [how, source] = sourceOf(user, server, pluginConfig, certificate !== undefined);
  const { exec } = user;
  return {
    identity: {
      by: "kubeconfig",
      user: user.name,
      how,
      ...(exec !== undefined && { command: [exec.command, ...exec.args] }),
    },
    async credentials() {
      const { headers, ...rest } = await source();
      return { ...certificate, ...rest, headers: { ...headers, ...extra } };
    },
  };
}

function requireOneMethod(user: UserEntry, whose: string): void {
  const { token, username, password, exec, authProvider } = user;
  if (token !== undefined && (username ?? password) !== undefined)
    throw kubeconfigFailure(`the ${whose} in the kubeconfig has both a token and a password`);
  if (exec !== undefined && authProvider !== undefined)
    throw kubeconfigFailure(`the ${whose} in the kubeconfig has both exec and auth-provider`);
}

function certificateOf(user: UserEntry, whose: string): Pick<Credentials, "cert" | "key"> | undefined {
  const { certFile, certData, keyFile, keyData } = user;
  const cert = pemOf({ field: "client-certificate", data: certData, file: certFile, whose });
  // A key alone is not looked at, as kubectl does not.
  if (cert === undefined) return undefined;
  const key = pemOf({ field: "client-key", data: keyData, file: keyFile, whose });
  if (key === undefined)
    throw kubeconfigFailure(`the ${whose} in the kubeconfig has a client-certificate and no client-key`);
  keepKey(Buffer.from(key).toString("base64"));
  requirePair(cert, key, whose);
  return { cert, key };
}

function sourceOf(
  user: UserEntry,
  server: ApiServer,
  pluginConfig: unknown,
  hasCertificate: boolean,
): readonly [CredentialKind, CredentialSource] {
  const { name, token, tokenFile, username, password, exec, authProvider } = user;
  const whose = `user '${name}'`;
  if (tokenFile !== undefined) return ["token", tokenFileSource(tokenFile, token, whose)];
  if (token !== undefined) return ["token", always(bearer(token, `the token of the ${whose}`))];
  if (username !== undefined || password !== undefined) {
    const pair = Buffer.from(`${username ?? ""}:${password ?? ""}`).toString("base64");
    return ["password", always({ Authorization: `Basic ${pair}` })];
  }
  if (authProvider !== undefined) return ["id-token", idTokenSource(authProvider, whose)];
  if (hasCertificate) return ["certificate", always({})];
  if (exec !== undefined) return ["plugin", execSource(exec, { user: name, server, pluginConfig })];
  throw kubeconfigFailure(
    `the ${whose} in the kubeconfig has no credentials`,
    "It needs a token, a client certificate or a plugin (exec)",
  );
}

function always(headers: OutgoingHttpHeaders): CredentialSource {
  return async () => ({ headers });
}

/** Tokens are renewed in their files; client-go looks there every minute. */
const REREAD_MS = 60_000;

/** One that can't be read is an error unless a token is beside it. */
function tokenFileSource(file: string, token: string | undefined, whose: string): CredentialSource {
  const read = (): OutgoingHttpHeaders => {
    const text = readNamed("tokenFile", file, whose).trim();
    if (text === "")
      throw kubeconfigFailure(`tokenFile '${file}' of the ${whose} in the kubeconfig is empty`);
    return bearer(text, `tokenFile '${file}' of the ${whose}`);
  };
  const readOrGiven = (): OutgoingHttpHeaders => {
    try {
      return read();
    } catch (error) {
      if (token === undefined) throw error;
      return bearer(token, `the token of the ${whose}`);
    }
  };
  let last = { headers: readOrGiven(), at: Date.now() };
  return async () => {
    if (Date.now() - last.at > REREAD_MS) last = { headers: readOrGiven(), at: Date.now() };
    return { headers: last.headers };
  };
}
