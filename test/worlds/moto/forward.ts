import { request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import type { Backend, WireRequest, WireResponse } from "irsa-sandbox/parts";

/** A backend that passes requests on to moto, each on a connection of its own (its server is bad at keeping them). */
export function forwardTo(motoUrl: string): Backend {
  return async ({ wire }) => send(motoUrl, wire);
}

async function send(motoUrl: string, wire: WireRequest): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    const { method, headers, target, body } = wire;
    const outgoing = httpRequest(`${motoUrl}${target}`, { method, headers, agent: false }, (incoming) => {
      text(incoming).then(
        (content) =>
          resolve({ status: incoming.statusCode ?? 500, headers: kept(incoming.headers), body: content }),
        reject,
      );
    });
    outgoing.on("error", reject).end(body);
  });
}

const KEPT = /^(content-type|x-amzn?-.*|date)$/;

function kept(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => KEPT.test(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
