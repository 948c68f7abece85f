import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Failure } from "../model/failure.ts";
import { isLoopback, originOf, type ListenAddress } from "./listen-address.ts";

/** What is answered to a path. */
export interface Answer {
  readonly status: 200 | 404 | 405 | 421 | 503;
  readonly type: string;
  readonly body: string;
}

/** A path's answer. @param accept the header of that name */
export type Route = (accept: string) => Answer | Promise<Answer>;

/** A server that listens. */
export interface MetricsServer {
  /** As `http://127.0.0.1:9090`. */
  readonly origin: string;
  readonly close: () => void;
}

/** Whoever sends slowly, much or often gets no more than this. */
const LIMITS = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 2_500,
} as const;
const MOST_CONNECTIONS = 64;

/**
 * Listens, for GET and HEAD alone.
 * @throws Failure `port-taken`, `not-listening`
 */
export async function serve(
  address: ListenAddress,
  routes: Readonly<Record<string, Route>>,
): Promise<MetricsServer> {
  const isOwnHost = isLoopback(address) ? isLocalHost : () => true;
  const server = createServer(LIMITS, (request, response) => {
    void respond(request, response, routes, isOwnHost);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(notListening(address, error)));
    server.listen({ port: address.port, ...(address.host !== undefined && { host: address.host }) }, resolve);
  });
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : address.port;
  return {
    origin: originOf(address, port),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Readonly<Record<string, Route>>,
  isOwnHost: (host: string) => boolean,
): Promise<void> {
  const { status, type, body } = await answerTo(request, routes, isOwnHost);
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(status === 405 && { allow: "GET, HEAD" }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** What was asked is never in the answer. */
async function answerTo(
  { method, headers, url = "" }: IncomingMessage,
  routes: Readonly<Record<string, Route>>,
  isOwnHost: (host: string) => boolean,
): Promise<Answer> {
  // By DNS a web page can give this machine's loopback its own name, and read what is there.
  if (!isOwnHost(headers.host ?? "")) return text(421, "this address answers requests to localhost alone");
  if (method !== "GET" && method !== "HEAD") return text(405, "method not allowed");
  const path = /^[^?#]*/.exec(url)?.[0] ?? "";
  const [, route] = Object.entries(routes).find(([one]) => one === path) ?? [];
  return route === undefined
    ? text(404, `not found; there are ${Object.keys(routes).join(", ")}`)
    : route(headers.accept ?? "");
}

/** An answer of one line. */
export function text(status: Answer["status"], line: string): Answer {
  return { status, type: "text/plain; charset=utf-8", body: `${line}\n` };
}

function isLocalHost(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(host);
}

function notListening({ host, port }: ListenAddress, cause: Error): Failure {
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "unknown reason";
  const where = host === undefined ? `port ${port}` : `port ${port} of ${host}`;
  if (code === "EADDRINUSE")
    return new Failure("failed", "port-taken", `${where} is in use`, {
      advice: "Choose another port, or stop the program that listens on it",
      cause,
    });
  const advice = code === "EACCES" ? "Ports below 1024 need privileges; choose another" : undefined;
  return new Failure("failed", "not-listening", `can't listen on ${where} (${code})`, {
    ...(advice !== undefined && { advice }),
    cause,
  });
}
