import { request as plainRequest } from "node:http";
import { Agent, request } from "node:https";
import { rootCertificates } from "node:tls";
import type { IncomingMessage } from "node:http";
import { Failure } from "../model/failure.ts";
import { LIMITS } from "../model/limits.ts";
import { readBody } from "./bounded-body.ts";
import { extraCertificates } from "./certificates.ts";
import { proxyFor } from "./proxy.ts";
import { TunnelAgent } from "./tunnel-agent.ts";

const TIMEOUT_MS = 10_000;

/**
 * A public JSON document, over verified TLS and the environment's proxy, without credentials. Redirects are not
 * followed: what is asked for is what that address answers.
 * @throws Failure `unreachable`
 */
export async function fetchJson(url: string): Promise<unknown> {
  try {
    const answer = await answerOf(new URL(url));
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode ?? "none"}`);
    const body = await readBody(answer, { maxBytes: LIMITS.issuerAnswerBytes, milliseconds: TIMEOUT_MS });
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch (error) {
    const reason = error instanceof SyntaxError ? "the response is not JSON" : (error as Error).message;
    throw new Failure("failed", "unreachable", `${url} can't be read: ${reason}`, { cause: error });
  }
}

function answerOf(url: URL): Promise<IncomingMessage> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const headers = { accept: "application/json, */*" };
  return new Promise((resolve, reject) => {
    const outgoing =
      url.protocol === "http:"
        ? plainRequest(url, { headers, signal }, resolve)
        : request(url, { headers, signal, agent: agentFor(url) }, resolve);
    outgoing.once("error", reject).end();
  });
}

function agentFor(url: URL): Agent {
  const tls = { rejectUnauthorized: true, ca: [...rootCertificates, ...extraCertificates()] };
  const proxy = proxyFor(url.href);
  return proxy === "" ? new Agent(tls) : new TunnelAgent(proxy, TIMEOUT_MS, tls);
}
