import { isIPv4, isIPv6 } from "node:net";
import { invalid, valid, type Parsed } from "../model/problems.ts";

/** Where a server listens. */
export interface ListenAddress {
  /** `undefined` for all addresses of the machine. */
  readonly host: string | undefined;
  /** 0 for one that the system chooses. */
  readonly port: number;
}

const LOOPBACK = "127.0.0.1";

/** `9090` for loopback, `HOST:PORT` with an IP address or `localhost`, `:9090` for all addresses. */
export function parseListenAddress(text: string): Parsed<ListenAddress> {
  const [, host, digits = ""] = /^(?:(.*):)?(\d{1,5})$/s.exec(text) ?? [];
  const port = Number(digits);
  if (digits === "" || port > 65_535 || !isHost(host))
    return invalid(
      "is not a valid address; use PORT for loopback, HOST:PORT with an IP address, or :PORT for all addresses",
    );
  return valid({ host: hostOf(host), port });
}

/** IPv6 is in brackets, since it has colons itself. */
function isHost(host: string | undefined): boolean {
  if (host === undefined || host === "" || host === "localhost") return true;
  return isIPv4(host) || (host.startsWith("[") && host.endsWith("]") && isIPv6(host.slice(1, -1)));
}

function hostOf(host: string | undefined): string | undefined {
  if (host === undefined || host === "localhost") return LOOPBACK;
  return host === "" ? undefined : host.replace(/^\[|\]$/g, "");
}

/** True for an address that only this machine reaches. */
export function isLoopback({ host }: ListenAddress): boolean {
  return host !== undefined && (host === "::1" || (isIPv4(host) && host.startsWith("127.")));
}

/** The beginning of a URL that leads there from this machine. */
export function originOf({ host = "localhost" }: ListenAddress, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
