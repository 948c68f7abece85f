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
import { sharingContext } from "../network/shared-context.ts";

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
  const tls = { keepAlive: true, rejectUnauthorized: true };
  const trust = ca === undefined ? {} : { ca };
  if (proxy === "")
    return {
      httpAgent: new HttpAgent({ keepAlive: true }),
      httpsAgent: sharingContext(new HttpsAgent(tls), trust),
    };
  // HttpsProxyAgent keeps these options for the proxy itself; the tunnelled connection takes them from `options`.
  const httpsAgent = new HttpsProxyAgent(proxy, { ...tls, ...trust });
  httpsAgent.options = { ...httpsAgent.options, rejectUnauthorized: true };
  return {
    httpAgent: new HttpProxyAgent(proxy, { keepAlive: true }),
    httpsAgent: sharingContext(httpsAgent, trust),
  };
}

/** `undefined` where Node's own are all: these have what NODE_EXTRA_CA_CERTS names already. */
function authorities(): string[] | undefined {
  const extra = extraCertificates();
  const { AWS_CA_BUNDLE: bundle = "", NODE_EXTRA_CA_CERTS: read } = process.env;
  return bundle === "" || bundle === read ? undefined : [...rootCertificates, ...extra];
}
