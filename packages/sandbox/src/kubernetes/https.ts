import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { KEEP_ALIVE_MS } from "../keep-alive.ts";
import type { CertificateWithKey } from "../tls.ts";

/** A server that listens; `url` is its origin, without a trailing slash. */
export interface Listener {
  readonly url: string;
  /** Ends every connection, open watches too. */
  readonly stop: () => Promise<void>;
}

/** What an HTTPS server is started with. */
export interface HttpsOptions {
  readonly certificate: CertificateWithKey;
  /** Answers a request; when it throws, the answer is 500. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** A free one by default. */
  readonly port?: number;
}

/**
 * Starts an HTTPS server.
 * @throws Error when the address can't be listened on.
 */
export async function listenHttps(options: HttpsOptions): Promise<Listener> {
  const { certificate, handle, host = "127.0.0.1", port = 0 } = options;
  const server = createServer(
    { cert: certificate.certificatePem, key: certificate.keyPem, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      handle(request, response).catch(() => {
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  return {
    url: `https://${host}:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
