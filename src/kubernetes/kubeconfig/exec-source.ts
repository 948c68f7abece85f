import { createSecureContext } from "node:tls";
import { isatty } from "node:tty";
import { excerpt } from "../../model/excerpt.ts";
import { keepSecret } from "../../model/secrets.ts";
import type { ApiServer, Credentials, CredentialSource } from "../api-access.ts";
import { bearer } from "./bearer.ts";
import type { ExecPlugin } from "./entries.ts";
import { pluginFailure, runPlugin } from "./run-plugin.ts";
import { keepKey } from "./secrets.ts";

/** Whom a plugin gives credentials for. */
export interface PluginUse {
  readonly user: string;
  readonly server: ApiServer;
  readonly pluginConfig: unknown;
}

interface Given {
  readonly credentials: Credentials;
  /** Milliseconds since 1970; `undefined` for as long as we run. */
  readonly expires: number | undefined;
}

/** The credentials that a plugin gives, asked for again when they have expired. */
export function execSource(exec: ExecPlugin, use: PluginUse): CredentialSource {
  let last: Promise<Given> | undefined;
  return async () => {
    const given = await (last ??= ask(exec, use));
    if (given.expires === undefined || given.expires > Date.now()) return given.credentials;
    last = ask(exec, use);
    return (await last).credentials;
  };
}

/** Source: Kubernetes docs, "client-go credential plugins", input and output formats. */
async function ask(exec: ExecPlugin, use: PluginUse): Promise<Given> {
  const isInteractive = interactive(exec, use.user);
  const info = {
    apiVersion: exec.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: isInteractive, ...(exec.provideClusterInfo && { cluster: clusterInfo(use) }) },
  };
  const output = await runPlugin(exec, use.user, JSON.stringify(info), isInteractive);
  return read(output, exec, use.user);
}

function interactive({ interactiveMode = "IfAvailable", command }: ExecPlugin, user: string): boolean {
  const isTerminal = isatty(0);
  if (interactiveMode === "Always" && !isTerminal)
    throw pluginFailure(command, user, "needs a terminal: standard input is not one");
  return isTerminal && interactiveMode !== "Never";
}

function clusterInfo({ server: { server, caPem, tlsServerName, proxy }, pluginConfig }: PluginUse): object {
  return {
    server,
    ...(tlsServerName !== undefined && { "tls-server-name": tlsServerName }),
    ...(caPem !== undefined && { "certificate-authority-data": Buffer.from(caPem).toString("base64") }),
    ...(proxy !== undefined && { "proxy-url": proxy.url }),
    config: pluginConfig ?? null,
  };
}

interface ExecCredential {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly status?: {
    readonly token?: unknown;
    readonly clientCertificateData?: unknown;
    readonly clientKeyData?: unknown;
    readonly expirationTimestamp?: unknown;
  } | null;
}

function read(output: string, { command, apiVersion }: ExecPlugin, user: string): Given {
  const wrong = (problem: string) => pluginFailure(command, user, problem);
  const credential = parse(output);
  if (credential?.kind !== "ExecCredential") throw wrong("did not print an ExecCredential");
  if (credential.apiVersion !== apiVersion) {
    const found = typeof credential.apiVersion === "string" ? excerpt(credential.apiVersion) : "none";
    throw wrong(`printed an ExecCredential of apiVersion ${found}, not ${apiVersion}`);
  }
  const { status } = credential;
  if (status === undefined || status === null) throw wrong("printed an ExecCredential without a status");
  const [token, cert, key] = [status.token, status.clientCertificateData, status.clientKeyData].map((value) =>
    typeof value === "string" && value !== "" ? value : undefined,
  );
  keepSecret(token);
  if (key !== undefined) keepKey(Buffer.from(key).toString("base64"));
  if ((cert === undefined) !== (key === undefined))
    throw wrong("returned a client certificate without a key, or a key without a certificate");
  if (token === undefined && cert === undefined)
    throw wrong("returned neither a token nor a client certificate");
  if (cert !== undefined && key !== undefined) requirePluginPair(cert, key, wrong);
  return {
    credentials: {
      headers: token === undefined ? {} : bearer(token, `what the credential plugin '${command}' gave`),
      ...(cert !== undefined && key !== undefined && { cert, key }),
    },
    expires: expiryOf(status.expirationTimestamp, wrong),
  };
}

function parse(output: string): ExecCredential | undefined {
  try {
    const value: unknown = JSON.parse(output);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function requirePluginPair(cert: string, key: string, wrong: (problem: string) => Error): void {
  try {
    createSecureContext({ cert, key });
  } catch {
    throw wrong("returned a client certificate and a key that can't be used together");
  }
}

function expiryOf(value: unknown, wrong: (problem: string) => Error): number | undefined {
  if (value === undefined || value === null) return undefined;
  const expires = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(expires)) throw wrong("returned an expirationTimestamp that is not a date");
  return expires;
}
