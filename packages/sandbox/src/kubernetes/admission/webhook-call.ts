import { request } from "node:https";
import type { Webhook } from "../model/kinds.ts";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Posts JSON to a webhook and gives its JSON answer. Webhooks are called on loopback only, whatever is registered.
 * @throws Error when it can't be reached, is not the one whose CA is registered, or does not answer 200 in time.
 */
export async function postJson(webhook: Webhook, body: unknown): Promise<unknown> {
  const { clientConfig, timeoutSeconds = 10 } = webhook;
  const { url = "", caBundle = "" } = clientConfig;
  const where = `Post "${url}"`;
  if (!URL.canParse(url) || !LOOPBACK.has(new URL(url).hostname))
    throw new Error(`${where}: not a loopback URL`);
  const { status, text } = await post(url, {
    body: JSON.stringify(body),
    ca: Buffer.from(caBundle, "base64").toString("utf8"),
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  }).catch((error: unknown) => {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  if (status !== 200)
    throw new Error(
      `the server responded with the status code ${status} but did not return more information`,
    );
  return JSON.parse(text);
}

interface Post {
  readonly body: string;
  readonly ca: string;
  readonly signal: AbortSignal;
}

function post(url: string, { body, ca, signal }: Post): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", accept: "application/json" };
    const sent = request(url, { method: "POST", headers, ca, signal, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
