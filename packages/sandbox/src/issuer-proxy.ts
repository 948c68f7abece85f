import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { ISSUERS_PATH, publishedByIssuers, type IssuerKeys } from "./aws/issuers.ts";
import { createCertificateAuthority, issueServerCertificate } from "./tls.ts";

/** An HTTPS proxy behind which the clusters' issuers answer at their own URLs. */
export interface IssuerProxy {
  /** For HTTPS_PROXY. */
  readonly url: string;
  /** The authority of the issuers' certificate. */
  readonly caPem: string;
  readonly stop: () => Promise<void>;
}

const HTTPS_PORT = "443";

/**
 * Starts it on loopback, for clients that connect to the issuer themselves: eksctl takes the provider's thumbprint from its
 * certificate. It leads to these issuers and to nothing else.
 */
export async function startIssuerProxy(issuers: readonly string[], jwks: IssuerKeys): Promise<IssuerProxy> {
  const urls = issuers.map((issuer) => new URL(issuer));
  const targets = new Set(urls.map(({ hostname, port }) => `${hostname}:${port || HTTPS_PORT}`));
  const authority = await createCertificateAuthority("irsa sandbox issuers");
  const certificate = await issueServerCertificate(authority, [...new Set(urls.map((url) => url.hostname))]);
  const cert = `${certificate.certificatePem}\n${authority.certificatePem}`;
  const published = createHttpsServer({ cert, key: certificate.keyPem }, (request, response) => {
    void publish(request, response, jwks);
  });
  const sockets = new Set<Socket>();
  const proxy = createServer((_, response) => {
    response.writeHead(403, { "content-type": "text/plain" }).end(REFUSAL);
  });
  proxy.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  proxy.on("connect", ({ url = "" }: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    if (!targets.has(url.toLowerCase())) {
      socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\n\r\n${REFUSAL}`);
      return;
    }
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    published.emit("connection", socket);
  });
  await new Promise<void>((resolve, reject) => {
    proxy.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    caPem: authority.certificatePem,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => proxy.close(closed));
    },
  };
}

const REFUSAL = "this proxy only connects to the issuers of the sandbox's clusters\n";

async function publish(request: IncomingMessage, response: ServerResponse, jwks: IssuerKeys): Promise<void> {
  const { method = "GET", url = "/", headers } = request;
  const host = (headers.host ?? "").replace(/:443$/, "");
  const wire = { method, target: `${ISSUERS_PATH}/${host}${url}`, headers: {}, body: "" };
  const answer = await publishedByIssuers(wire, jwks);
  response.writeHead(answer?.status ?? 405, answer?.headers).end(answer?.body);
}
