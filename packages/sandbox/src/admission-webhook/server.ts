import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { listenHttps, type Listener } from "../kubernetes/https.ts";
import type { CertificateWithKey } from "../tls.ts";
import type { WebhookConfig } from "./credential-source.ts";
import { answerReview, isAdmissionReview, type ServiceAccountLookup } from "./review.ts";

/** What a webhook server is started with. */
export interface WebhookServerOptions {
  readonly certificate: CertificateWithKey;
  readonly serviceAccounts: ServiceAccountLookup;
  readonly config: WebhookConfig;
  /** The address to listen on; 127.0.0.1 by default. */
  readonly host?: string;
  /** A free one by default. */
  readonly port?: number;
}

/**
 * Starts the admission webhook; `url` is the one to register, `https://HOST:PORT/mutate`.
 * @throws Error when the address can't be listened on.
 */
export async function startAdmissionWebhook(options: WebhookServerOptions): Promise<Listener> {
  const listener = await listenHttps({
    ...options,
    handle: (request, response) => answer(request, response, options),
  });
  return { url: `${listener.url}/mutate`, stop: listener.stop };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { serviceAccounts, config }: WebhookServerOptions,
): Promise<void> {
  if (request.method !== "POST" || request.url?.split("?")[0] !== "/mutate") return end(response, 404);
  if (request.headers["content-type"] !== "application/json") return end(response, 415);
  const review = parse(await text(request));
  if (!isAdmissionReview(review)) return end(response, 400);
  return end(response, 200, await answerReview(review, serviceAccounts, config));
}

function end(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
