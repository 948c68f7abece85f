import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";

/** What the SDK's request handler connects by. */
export interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** The authorities that are trusted; Node's own where there are none. */
export interface Trust {
  readonly ca?: string[];
}

/** Of every connection by TLS, whatever NODE_TLS_REJECT_UNAUTHORIZED says. */
export const TLS = { keepAlive: true, rejectUnauthorized: true };
