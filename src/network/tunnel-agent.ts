import {
  Agent as PlainAgent,
  request as requestByHttp,
  type AgentOptions as PlainAgentOptions,
  type ClientRequestArgs,
  type RequestOptions,
} from "node:http";
import { Agent, request as requestByHttps, type AgentOptions } from "node:https";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { rootCertificates } from "node:tls";
import { serverExcerpt } from "../model/excerpt.ts";
import { extraCertificates } from "./certificates.ts";
import { ProxyError } from "./proxy-error.ts";

type Created = (error: Error | null, stream: Duplex) => void;

/** Connections to HTTPS servers through a proxy: HTTP or HTTPS by CONNECT, or SOCKS. TLS is spoken with the server itself. */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #timeout: number;

  constructor(proxy: string, timeoutMs: number, options: AgentOptions) {
    super(options);
    this.#proxy = new URL(proxy);
    this.#timeout = timeoutMs;
  }

  override createConnection(options: RequestOptions, created?: Created): undefined {
    const { host, port } = options;
    const open = this.#proxy.protocol.startsWith("socks") ? openBySocks : openByConnect;
    const secured = async (): Promise<Duplex> => {
      const socket = await open(this.#proxy, host ?? "localhost", Number(port ?? 443), this.#timeout);
      return super.createConnection(Object.assign({}, options, { socket })) ?? socket;
    };
    void create(this.#proxy, secured, created);
    return undefined;
  }
}

/** Connections to servers without TLS by a SOCKS proxy. */
export class SocksAgent extends PlainAgent {
  readonly #proxy: URL;
  readonly #timeout: number;

  constructor(proxy: string, timeoutMs: number, options: PlainAgentOptions) {
    super(options);
    this.#proxy = new URL(proxy);
    this.#timeout = timeoutMs;
  }

  override createConnection({ host, port }: ClientRequestArgs, created?: Created): undefined {
    const open = () => openBySocks(this.#proxy, host ?? "localhost", Number(port ?? 80), this.#timeout);
    void create(this.#proxy, open, created);
    return undefined;
  }
}

/** Gives an agent what is opened, or what went wrong on the way to the proxy, as an error of the proxy. */
async function create(
  proxy: URL,
  open: () => Promise<Duplex>,
  created: Created = () => undefined,
): Promise<void> {
  try {
    created(null, await open());
  } catch (error) {
    // Beside an error Node does not look at the stream.
    created(asProxyError(proxy, error), new Socket());
  }
}

function asProxyError(proxy: URL, error: unknown): ProxyError {
  if (error instanceof ProxyError) return error;
  return new ProxyError(proxy, error instanceof Error ? error.message : String(error), error);
}

/** Source: RFC 9110, section 9.3.6, CONNECT. */
function openByConnect(proxy: URL, host: string, port: number, timeoutMs: number): Promise<Socket> {
  const path = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const isTls = proxy.protocol === "https:";
  const options = {
    host: proxy.hostname.replaceAll(/^\[|\]$/g, ""),
    port: proxy.port === "" ? (isTls ? 443 : 80) : Number(proxy.port),
    method: "CONNECT",
    path,
    headers: { host: path, ...authorizationOf(proxy) },
    agent: false as const,
    timeout: timeoutMs,
    rejectUnauthorized: true,
  };
  return new Promise((resolve, reject) => {
    const outgoing = isTls
      ? requestByHttps({ ...options, ca: [...rootCertificates, ...extraCertificates()] })
      : requestByHttp(options);
    outgoing.on("connect", ({ statusCode, statusMessage }, socket, head) => {
      if (statusCode !== 200) {
        socket.destroy();
        return reject(new ProxyError(proxy, saidBy(statusCode, statusMessage)));
      }
      socket.removeAllListeners("timeout").setTimeout(0);
      if (head.length > 0) socket.unshift(head);
      return resolve(socket);
    });
    outgoing.on("response", ({ statusCode }) => {
      outgoing.destroy();
      reject(new ProxyError(proxy, `status ${statusCode}`));
    });
    outgoing.on("timeout", () =>
      outgoing.destroy(new ProxyError(proxy, `no answer within ${timeoutMs / 1000} s`)),
    );
    outgoing.on("error", reject);
    outgoing.end();
  });
}

function saidBy(statusCode: number | undefined, statusMessage = ""): string {
  return `status ${statusCode} ${serverExcerpt(statusMessage)}`.trimEnd();
}

function authorizationOf({ username, password }: URL): { "proxy-authorization"?: string } {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** Its code is loaded where there is such a proxy. */
async function openBySocks(proxy: URL, host: string, port: number, timeoutMs: number): Promise<Socket> {
  return (await import("./socks.ts")).openBySocks(proxy, host, port, timeoutMs);
}
