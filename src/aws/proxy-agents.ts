import { HttpProxyAgent } from "http-proxy-agent";
import { sharingContext } from "../network/shared-context.ts";
import { SocksAgent, TunnelAgent } from "../network/tunnel-agent.ts";
import { TLS, type Agents, type Trust } from "./agents.ts";

/** Connections through a proxy, which must open each within this time. */
export function agentsThrough(proxy: string, timeoutMs: number, trust: Trust): Agents {
  const options = { keepAlive: true };
  return {
    httpAgent: proxy.startsWith("socks")
      ? new SocksAgent(proxy, timeoutMs, options)
      : new HttpProxyAgent(proxy, options),
    httpsAgent: sharingContext(new TunnelAgent(proxy, timeoutMs, TLS), trust),
  };
}
