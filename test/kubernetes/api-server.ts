import { json } from "node:stream/consumers";
import type { Socket } from "node:net";
import type { ApiAccess } from "../../src/kubernetes/api-access.ts";
import type { ApiAnswer } from "../../src/kubernetes/answer.ts";
import {
  createCertificateAuthority,
  issueServerCertificate,
  listenHttps,
  type CertificateWithKey,
} from "irsa-sandbox/parts";

/** A request as it came. */
export interface Received {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** An HTTPS server that answers as given and keeps what it was asked. */
export interface ApiServer {
  readonly url: string;
  readonly caPem: string;
  readonly received: readonly Received[];
  /** How many connections were opened. */
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

/** What comes back; `hang-up` where the connection ends without an answer. */
type Answer = (ApiAnswer & { readonly headers?: Readonly<Record<string, string>> }) | "hang-up";

/** What a server proves itself by. */
interface Identity {
  readonly authority: CertificateWithKey;
  readonly certificate: CertificateWithKey;
}

/**
 * Starts a server whose certificate only `caPem` verifies, one for 127.0.0.1 by default. Bodies that are strings are
 * sent as they are, buffers as Protobuf.
 */
export async function startApiServer(
  answer: (request: Received) => Answer | Promise<Answer>,
  identity?: Identity,
): Promise<ApiServer> {
  const { authority, certificate } = identity ?? (await newIdentity());
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const { url, stop } = await listenHttps({
    certificate,
    async handle(request, response) {
      sockets.add(request.socket);
      const { method = "", url = "", headers } = request;
      const body: unknown = headers["content-length"] === undefined ? undefined : await json(request);
      const asked = { method, url, headers, body };
      received.push(asked);
      const given = await answer(asked);
      if (given === "hang-up") return void response.destroy();
      const type = Buffer.isBuffer(given.body) ? "application/vnd.kubernetes.protobuf" : "application/json";
      response.writeHead(given.status, { "content-type": type, ...given.headers });
      const isText = typeof given.body === "string" || Buffer.isBuffer(given.body);
      response.end(isText ? given.body : JSON.stringify(given.body));
    },
  });
  return { url, caPem: authority.certificatePem, received, connections: () => sockets.size, stop };
}

async function newIdentity(): Promise<Identity> {
  const authority = await createCertificateAuthority("cluster");
  return { authority, certificate: await issueServerCertificate(authority, ["127.0.0.1"]) };
}

/** The way of a kubeconfig's context to that server, by bearer token. */
export function accessTo(
  server: string,
  caPem: string,
  more: { readonly skipTlsVerify?: boolean; readonly tlsServerName?: string } = {},
): ApiAccess {
  return {
    context: "ctx",
    cluster: { name: "c", server, caPem, skipTlsVerify: false, ...more },
    identity: { by: "kubeconfig", user: "u", how: "token" },
    credentials: async () => ({ headers: { Authorization: "Bearer secret" } }),
  };
}
