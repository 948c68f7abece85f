import { getProxyForUrl } from "proxy-from-env";
import { Failure } from "../model/failure.ts";

const SCHEMES = /^(https?|socks(4a?|5h?)?):$/;

/**
 * The proxy by which the environment has that URL called; empty for none.
 * @throws Failure `proxy` for one that is not a URL
 */
export function proxyFor(url: string): string {
  const proxy = getProxyForUrl(url);
  return proxy === "" ? "" : requireProxy(proxy, "HTTPS_PROXY or HTTP_PROXY");
}

/**
 * A proxy's URL, which may have a password in it: of a wrong one no more than where it stands is told.
 * @throws Failure `proxy`
 */
export function requireProxy(proxy: string, where: string): string {
  if (URL.canParse(proxy) && SCHEMES.test(new URL(proxy).protocol)) return proxy;
  throw new Failure("input", "proxy", `${where}: not a valid proxy URL`, {
    advice:
      "Use http://proxy.example.com:3128, with USER:PASSWORD@ before the host if it requires authentication",
  });
}

/** A URL as it may be shown: without user and password. */
export function withoutPassword(url: string): string {
  if (!url.includes("@") || !URL.canParse(url)) return url.replace(/\/\/[^/]*@/, "//");
  const parsed = new URL(url);
  parsed.username = "";
  parsed.password = "";
  return parsed.href.replace(/\/$/, "");
}
