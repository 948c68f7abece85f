import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Readable } from "node:stream";
import { rootCertificates } from "node:tls";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { HttpRequest } from "@smithy/core/protocols";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import { LIMITS } from "../model/limits.ts";
import { boundedBody } from "../network/bounded-body.ts";
import { extraCertificates } from "../network/certificates.ts";
import { proxyFor } from "../network/proxy.ts";

type Handled = ReturnType<NodeHttpHandler["handle"]>;
type HandleOptions = Parameters<NodeHttpHandler["handle"]>[1];

const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 15_000;

/**
 * The SDK's request handler for every AWS client: keep-alive, bounded, and (which the SDK does not do by itself)
 * through HTTPS_PROXY/HTTP_PROXY unless NO_PROXY names the host, trusting AWS_CA_BUNDLE besides the usual roots.
 */
export function awsRequestHandler(): RequestHandler {
  return new RequestHandler(extraAuthorities());
}

/** One NodeHttpHandler a proxy, chosen by each request's URL. */
class RequestHandler {
  readonly metadata = { handlerProtocol: "http/1.1" };
  readonly #authorities: string[] | undefined;
  readonly #byProxy = new Map<string, NodeHttpHandler>();

  constructor(authorities: string[] | undefined) {
    this.#authorities = authorities;
  }

  async handle(request: HttpRequest, options?: HandleOptions): Handled {
    const { response } = await this.#handlerFor(proxyOf(request)).handle(request, options);
    if (response.body instanceof Readable)
      response.body = boundedBody(response.body, { maxBytes: LIMITS.awsAnswerBytes });
    return { response };
  }

  destroy(): void {
    for (const handler of this.#byProxy.values()) handler.destroy();
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): Record<string, never> {
    return {};
  }

  #handlerFor(proxy: string): NodeHttpHandler {
    const known = this.#byProxy.get(proxy);
    if (known !== undefined) return known;
    const handler = new NodeHttpHandler({
      ...agents(proxy, this.#authorities),
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    });
    this.#byProxy.set(proxy, handler);
    return handler;
  }
}

function proxyOf(request: HttpRequest): string {
  const port = request.port === undefined ? "" : `:${request.port}`;
  return proxyFor(`${request.protocol}//${request.hostname}${port}`);
}

function agents(proxy: string, ca: string[] | undefined): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
  const tls = { keepAlive: true, rejectUnauthorized: true, ...(ca !== undefined && { ca }) };
  if (proxy === "") return { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: new HttpsAgent(tls) };
  return {
    httpAgent: new HttpProxyAgent(proxy, { keepAlive: true }),
    httpsAgent: withAuthorities(new HttpsProxyAgent(proxy, tls), ca),
  };
}

/** HttpsProxyAgent keeps its TLS options for the proxy itself; the tunnelled connection takes them from `options`. */
function withAuthorities(agent: HttpsProxyAgent<string>, ca: string[] | undefined): HttpsAgent {
  agent.options = { ...agent.options, rejectUnauthorized: true, ...(ca !== undefined && { ca }) };
  return agent;
}

function extraAuthorities(): string[] | undefined {
  const extra = extraCertificates();
  return extra.length === 0 ? undefined : [...rootCertificates, ...extra];
}
