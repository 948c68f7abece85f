import { json } from "node:stream/consumers";
import type { Socket } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import type { ApiAnswer } from "../../src/kubernetes/connection.ts";
import { listenHttps } from "../../src/sandbox/kubernetes/https.ts";
import { createCertificateAuthority, issueServerCertificate } from "../../src/sandbox/tls.ts";

/** A request as it came. */
export interface Received {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** An HTTPS server that answers as told and keeps what it was asked. */
export interface ApiServer {
  readonly url: string;
  readonly caPem: string;
  readonly received: readonly Received[];
  /** How many connections were opened. */
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts a server whose certificate only `caPem` verifies. Bodies that are strings are sent as they are. */
export async function startApiServer(answer: (request: Received) => ApiAnswer): Promise<ApiServer> {
  const authority = await createCertificateAuthority("cluster");
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const { url, stop } = await listenHttps({
    certificate: await issueServerCertificate(authority, ["127.0.0.1"]),
    async handle(request, response) {
      sockets.add(request.socket);
      const { method = "", url = "", headers } = request;
      const body: unknown = headers["content-length"] === undefined ? undefined : await json(request);
      const asked = { method, url, headers, body };
      received.push(asked);
      const given = answer(asked);
      response.writeHead(given.status, { "content-type": "application/json" });
      response.end(typeof given.body === "string" ? given.body : JSON.stringify(given.body));
    },
  });
  return { url, caPem: authority.certificatePem, received, connections: () => sockets.size, stop };
}

/** A kubeconfig of one context for that server, by bearer token. */
export function kubeConfigFor(
  server: string,
  caPem: string,
  more: { readonly skipTLSVerify?: boolean } = {},
): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    {
      name: "c",
      server,
      caData: Buffer.from(caPem).toString("base64"),
      skipTLSVerify: more.skipTLSVerify ?? false,
    },
    { name: "u", token: "secret" },
  );
  return config;
}
