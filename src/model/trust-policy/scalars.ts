import { BlockList, isIPv4, isIPv6 } from "node:net";

/** A number of a policy or request: an integer or decimal. */
export function parseNumber(text: string): number | undefined {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

const W3C_DATE = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;

/**
 * A point in time as milliseconds since 1970, from ISO 8601 in its W3C form or from epoch seconds; four digits alone
 * are a year. Source: IAM User Guide, "Condition operators" (Date); W3C NOTE-datetime.
 */
export function parseDate(text: string): number | undefined {
  const time = W3C_DATE.test(text) ? Date.parse(text) : (parseNumber(text) ?? Number.NaN) * 1000;
  return Number.isNaN(time) ? undefined : time;
}

/** `true` or `false`. */
export function parseBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (lower === "true") return true;
  return lower === "false" ? false : undefined;
}

/** The bytes (one character each) behind a base64 text of RFC 4648. */
export function parseBase64(text: string): string | undefined {
  if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  return Buffer.from(text, "base64").toString("latin1");
}

/** Tells whether an address belongs to the range; one of the other family does not. */
export type AddressRange = (address: string) => boolean;

/**
 * An IPv4 or IPv6 range in CIDR notation; an address without a prefix is just itself.
 * Source: IAM User Guide, "Condition operators" (IP address); RFC 4632, RFC 4291.
 */
export function parseRange(text: string): AddressRange | undefined {
  const [network = "", prefix, ...rest] = text.split("/");
  const family = familyOf(network);
  if (family === undefined || rest.length > 0) return undefined;
  const longest = family === "ipv4" ? 32 : 128;
  const bits = prefix === undefined ? longest : (parseNumber(prefix) ?? Number.NaN);
  if (!(Number.isInteger(bits) && bits >= 0 && bits <= longest)) return undefined;
  const range = new BlockList();
  range.addSubnet(network, bits, family);
  return (address) => range.check(address, family);
}

/** The family of an IP address; `undefined` if it is none. */
export function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  if (isIPv4(address)) return "ipv4";
  return isIPv6(address) ? "ipv6" : undefined;
}
