import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Readable } from "node:stream";
import { rootCertificates } from "node:tls";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { HttpRequest } from "@smithy/core/protocols";
import { LIMITS } from "../model/limits.ts";
import { memoized } from "../model/memoized.ts";
import { readBody } from "../network/bounded-body.ts";
import { extraCertificates } from "../network/certificates.ts";
import { proxyFor } from "../network/proxy.ts";
import { sharingContext } from "../network/shared-context.ts";
import { TLS, type Agents, type Trust } from "./agents.ts";

type Handled = ReturnType<NodeHttpHandler["handle"]>;
type HandleOptions = Parameters<NodeHttpHandler["handle"]>[1];

const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 15_000;

/**
 * The SDK's request handler for every AWS client: keep-alive, bounded, and (which the SDK does not do by itself)
 * through HTTPS_PROXY/HTTP_PROXY unless NO_PROXY names the host, trusting AWS_CA_BUNDLE besides the usual roots.
 */
export function awsRequestHandler(): RequestHandler {
  return new RequestHandler(authorities());
}

/** One NodeHttpHandler a proxy, chosen by each request's URL. */
class RequestHandler {
  readonly metadata = { handlerProtocol: "http/1.1" };
  readonly #authorities: string[] | undefined;
  readonly #made: NodeHttpHandler[] = [];
  readonly #handlerFor = memoized((proxy: string) => this.#make(proxy));

  constructor(authorities: string[] | undefined) {
    this.#authorities = authorities;
  }

  async handle(request: HttpRequest, options?: HandleOptions): Handled {
    const handler = await this.#handlerFor(proxyOf(request));
    const { response } = await handler.handle(request, options);
    if (response.body instanceof Readable)
      response.body = await readBody(response.body, { maxBytes: LIMITS.awsAnswerBytes });
    return { response };
  }

  destroy(): void {
    for (const handler of this.#made) handler.destroy();
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): Record<string, never> {
    return {};
  }

  async #make(proxy: string): Promise<NodeHttpHandler> {
    const trust = this.#authorities === undefined ? {} : { ca: this.#authorities };
    const handler = new NodeHttpHandler({
      ...(proxy === "" ? directAgents(trust) : await proxyAgents(proxy, trust)),
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    });
    this.#made.push(handler);
    return handler;
  }
}

function proxyOf(request: HttpRequest): string {
  const port = request.port === undefined ? "" : `:${request.port}`;
  return proxyFor(`${request.protocol}//${request.hostname}${port}`);
}

function directAgents(trust: Trust): Agents {
  return {
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: sharingContext(new HttpsAgent(TLS), trust),
  };
}

/** Their code is loaded where there is a proxy. */
async function proxyAgents(proxy: string, trust: Trust): Promise<Agents> {
  const { agentsThrough } = await import("./proxy-agents.ts");
  return agentsThrough(proxy, REQUEST_TIMEOUT_MS, trust);
}

/** `undefined` where Node's own are all: these have what NODE_EXTRA_CA_CERTS names already. */
function authorities(): string[] | undefined {
  const extra = extraCertificates();
  const { AWS_CA_BUNDLE: bundle = "", NODE_EXTRA_CA_CERTS: read } = process.env;
  return bundle === "" || bundle === read ? undefined : [...rootCertificates, ...extra];
}
