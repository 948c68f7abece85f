import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import { sharingContext } from "../network/shared-context.ts";
import { TLS, type Agents, type Trust } from "./agents.ts";

/** Connections through a proxy. */
export function agentsThrough(proxy: string, trust: Trust): Agents {
  // HttpsProxyAgent keeps these options for the proxy itself; the tunnelled connection takes them from `options`.
  const httpsAgent = new HttpsProxyAgent(proxy, { ...TLS, ...trust });
  httpsAgent.options = { ...httpsAgent.options, rejectUnauthorized: true };
  return {
    httpAgent: new HttpProxyAgent(proxy, { keepAlive: true }),
    httpsAgent: sharingContext(httpsAgent, trust),
  };
}
