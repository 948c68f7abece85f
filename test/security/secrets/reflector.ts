import {
  createServer as createPlainServer,
  request,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { buffer } from "node:stream/consumers";
import { createCertificateAuthority, issueServerCertificate } from "irsa-sandbox/parts";
import { answering } from "../../worlds/answering.ts";

/** A server that says in its error answers all that it was sent: headers, query and body. */
export interface Reflector {
  readonly url: string;
  readonly caPem: string;
  /** How many requests it has thrown back. */
  readonly reflected: () => number;
  readonly stop: () => Promise<void>;
}

/**
 * In front of AWS: throws back the requests that have one of these words in their body or path, and passes the others on.
 */
export async function reflectorOfAws(
  target: string,
  isThrownBack: (text: string) => boolean,
): Promise<Reflector> {
  let count = 0;
  const server = createPlainServer(
    answering(async (incoming, answer) => {
      const body = await buffer(incoming);
      const echo = echoOf(incoming, body);
      if (!isThrownBack(`${incoming.url ?? ""} ${body.toString("utf8")}`))
        return passOn(target, incoming, body, answer);
      count += 1;
      const isJson = !/Version=20/.test(body.toString("utf8"));
      answer.writeHead(400, {
        "content-type": isJson ? "application/json" : "text/xml",
        ...(isJson && { "x-amzn-errortype": "ReflectedException" }),
      });
      answer.end(isJson ? JSON.stringify({ message: echo }) : xml(echo));
    }),
  );
  return {
    url: `http://127.0.0.1:${await listen(server)}`,
    caPem: "",
    reflected: () => count,
    stop: stopOf(server),
  };
}

/** A Kubernetes API server that throws every request back. */
export async function reflectorOfCluster(): Promise<Reflector> {
  let count = 0;
  const authority = await createCertificateAuthority("reflector");
  const { certificatePem, keyPem } = await issueServerCertificate(authority, ["127.0.0.1"]);
  const listener = answering(async (incoming, answer) => {
    count += 1;
    const message = echoOf(incoming, await buffer(incoming));
    answer.writeHead(500, { "content-type": "application/json" });
    answer.end(JSON.stringify({ kind: "Status", message }));
  });
  const server = createServer({ cert: certificatePem, key: keyPem }, listener);
  const url = `https://127.0.0.1:${await listen(server)}`;
  return { url, caPem: authority.certificatePem, reflected: () => count, stop: stopOf(server) };
}

/** A proxy that throws back what it was sent. */
export async function reflectorAsProxy(): Promise<Reflector> {
  let count = 0;
  const server = createPlainServer(
    answering(async (incoming, answer) => {
      count += 1;
      const echo = echoOf(incoming, await buffer(incoming));
      answer.writeHead(407, { "content-type": "text/xml" }).end(xml(echo));
    }),
  );
  server.on("connect", (incoming: IncomingMessage, socket: NodeJS.WritableStream) => {
    count += 1;
    const echo = echoOf(incoming, Buffer.alloc(0)).replaceAll(/\s+/g, " ");
    socket.end(`HTTP/1.1 407 ${echo.slice(0, 1000)}\r\nx-echo: ${echo.slice(0, 1000)}\r\n\r\n${echo}`);
  });
  return {
    url: `127.0.0.1:${await listen(server)}`,
    caPem: "",
    reflected: () => count,
    stop: stopOf(server),
  };
}

function echoOf({ method, url, rawHeaders }: IncomingMessage, body: Buffer): string {
  const headers = rawHeaders.map((text, at) => (at % 2 === 0 ? `\n${text}: ` : text)).join("");
  const plain = `${method} ${url}${headers}\n${body.toString("utf8")}`;
  const tokens = [...plain.matchAll(/(?:Bearer |X-Amz-Security-Token: |WebIdentityToken=)([^\s&]+)/gi)];
  const encoded = tokens.map(
    ([, token = ""]) => `${encodeURIComponent(token)} ${JSON.stringify(token)} ${token.slice(0, 40)}…`,
  );
  return `you sent ${plain}\n${encoded.join("\n")}`;
}

function xml(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<ErrorResponse><Error><Type>Sender</Type><Code>Reflected</Code><Message>${escaped}</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
}

function passOn(target: string, incoming: IncomingMessage, body: Buffer, answer: ServerResponse): void {
  const { method, url = "", headers } = incoming;
  const outgoing = request(new URL(url, target), { method, headers }, (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(answer);
  });
  outgoing.on("error", () => answer.destroy());
  outgoing.end(body);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

function stopOf(server: Server & { closeAllConnections: () => void }): () => Promise<void> {
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}
