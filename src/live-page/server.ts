import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Failure } from "../model/failure.ts";
import { withoutSecrets } from "../model/secrets.ts";
import { LIVE_EVENTS, PULSE_MS } from "../page/data/live.ts";
import type { LiveFeed, LiveMessage } from "./feed.ts";

/** A page that is served on this machine. */
export interface LiveServer {
  /** The address of the page; who does not have it gets nothing. */
  readonly url: string;
  /** Sends to all that listen; a page that can't keep up gets the latest alone. */
  readonly send: (message: LiveMessage) => void;
  readonly close: () => void;
}

const LIMITS = { maxHeaderSize: 8 * 1024, headersTimeout: 5_000, requestTimeout: 10_000 } as const;
const MOST_CONNECTIONS = 64;

const HEADERS = {
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/**
 * Serves a page on the loopback interface, at an address that can't be guessed: other users of the machine, and pages of
 * other sites in the same browser, can't read it.
 * @param port 0 for a free one
 * @throws Failure `port-taken`, `not-listening`
 */
export async function serveLivePage(
  port: number,
  { page, opening, pulse }: Pick<LiveFeed, "page" | "opening" | "pulse">,
): Promise<LiveServer> {
  const root = `/${randomBytes(16).toString("base64url")}/`;
  const listeners = new Set<Listener>();
  const server = createServer(LIMITS, (request, response) => {
    if (!isAllowed(request, bound)) return refuse(response, 404);
    if (request.method !== "GET") return refuse(response, 405);
    const html = page();
    if (request.url === root && html !== undefined) {
      response
        .writeHead(200, { ...HEADERS, "content-type": "text/html; charset=utf-8" })
        .end(withoutSecrets(html));
    } else if (request.url === `${root}${LIVE_EVENTS}`) {
      const listener = listen(response, opening());
      listeners.add(listener);
      response.on("close", () => listeners.delete(listener));
    } else refuse(response, 404);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(notServed(port, error)));
    server.listen({ port, host: HOST }, resolve);
  });
  const send = (message: LiveMessage): void => listeners.forEach((listener) => listener(message));
  const beat = setInterval(() => {
    const message = pulse();
    if (message !== undefined) send(message);
  }, PULSE_MS);
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${HOST}:${bound}${root}`,
    send,
    close: () => {
      clearInterval(beat);
      server.close();
      server.closeAllConnections();
    },
  };
}

const HOST = "127.0.0.1";

/** By DNS another site can give the loopback interface its own name; browsers say so in `Host`. */
function isAllowed({ headers }: IncomingMessage, port: number): boolean {
  return headers.host === `${HOST}:${port}`;
}

function refuse(response: ServerResponse, status: 404 | 405): void {
  response.writeHead(status, { ...HEADERS, "content-type": "text/plain" }).end();
}

type Listener = (message: LiveMessage) => void;

/** Source: WHATWG HTML, "Server-sent events". What waits for a slow reader is replaced by what is newer. */
function listen(response: ServerResponse, first: readonly LiveMessage[]): Listener {
  response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" });
  response.write("retry: 2000\n\n");
  const waiting = new Map<LiveMessage["event"], string>();
  let isFull = false;
  const flush = (): void => {
    isFull = false;
    for (const [event, data] of waiting) {
      if (isFull) return;
      waiting.delete(event);
      isFull = !response.write(`event: ${event}\ndata: ${withoutSecrets(data)}\n\n`);
    }
  };
  response.on("drain", flush);
  const listener: Listener = ({ event, data }) => {
    waiting.set(event, data);
    if (!isFull) flush();
  };
  first.forEach(listener);
  return listener;
}

function notServed(port: number, cause: Error): Failure {
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "unknown reason";
  if (code === "EADDRINUSE")
    return new Failure("failed", "port-taken", `port ${port} is in use`, {
      advice: "Choose another port, or leave it out for a free one",
      cause,
    });
  return new Failure("failed", "not-listening", `can't listen on port ${port} (${code})`, { cause });
}
