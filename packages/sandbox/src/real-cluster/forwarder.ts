import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Watched } from "../cluster-calls.ts";
import { MASTERS, type User } from "../kubernetes/auth/user.ts";
import { listenHttps, type Listener } from "../kubernetes/https.ts";
import { statusOf, unauthorized } from "../kubernetes/model/status.ts";
import type { CertificateWithKey } from "../tls.ts";
import { requireRead } from "./read-only.ts";
import type { RealClusterApi } from "./api.ts";

/** What a forwarder stands on. */
export interface ForwarderOptions {
  readonly certificate: CertificateWithKey;
  readonly api: RealClusterApi;
  /** Who the bearer of a token is; `undefined` for a stranger, who is not let through. */
  readonly bearerOf: (token: string) => User | undefined;
  readonly watched: Watched;
  /** Whether more than reads is passed on. */
  readonly writable: boolean;
}

/**
 * Serves a real cluster's API on loopback to those whom EKS would allow. An administrator comes through as the
 * kubeconfig's user, anyone else by impersonation, so that the cluster's own RBAC holds for them.
 */
export async function startForwarder(options: ForwarderOptions): Promise<Listener> {
  return listenHttps({
    certificate: options.certificate,
    handle: async (request, response) => forward(request, response, options),
  });
}

async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { api, bearerOf, watched, writable }: ForwarderOptions,
): Promise<void> {
  try {
    const answer = await watched(request, async () => {
      const headers = headersFor(request, bearerOf);
      const { method = "GET", url: path = "/" } = request;
      if (!writable) requireRead(method, path);
      const message = await api.pass({ method, path, headers, body: request });
      return { status: message.statusCode ?? 502, message };
    });
    if (answer === undefined) return;
    response.writeHead(answer.status, answer.message.headers);
    // At once: a watch may have nothing to tell for long.
    response.flushHeaders();
    await pipeline(answer.message, response);
  } catch (error) {
    if (response.headersSent) return void response.destroy();
    const status = statusOf(error);
    response.writeHead(status.code, { "content-type": "application/json" }).end(JSON.stringify(status));
  }
}

/** Of the hop, or of whom we replace. */
const NOT_PASSED = /^(authorization|connection|host|keep-alive|upgrade)$/;

function headersFor(
  { headers }: IncomingMessage,
  bearerOf: ForwarderOptions["bearerOf"],
): OutgoingHttpHeaders {
  const token = /^bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  const user = token === undefined ? undefined : bearerOf(token);
  if (user === undefined) throw unauthorized();
  const passed = Object.entries(headers).filter(([name]) => !NOT_PASSED.test(name));
  if (user.groups.includes(MASTERS)) return Object.fromEntries(passed);
  const own = passed.filter(([name]) => !name.startsWith("impersonate-"));
  return {
    ...Object.fromEntries(own),
    "impersonate-user": user.username,
    "impersonate-group": [...user.groups, "system:authenticated"],
  };
}
