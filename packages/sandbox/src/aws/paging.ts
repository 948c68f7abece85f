import { maybeText, type Parameters } from "./exchange.ts";
import { checkedNumber, validationError } from "./validation.ts";

/** One page of a list, and the marker of the next if there is one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/**
 * The page that IAM's `Marker` and `MaxItems` ask for.
 * Source: IAM API Reference, "Common parameters" of the List operations: 100 by default, 1000 at most.
 */
export function pageOf<T>(items: readonly T[], parameters: Parameters): Page<T> {
  const limits = { least: 1, most: 1000, otherwise: 100 };
  const size = checkedNumber(maybeText(parameters, "MaxItems"), "maxItems", limits);
  return cut(items, maybeText(parameters, "Marker"), size);
}

/** A page of IAM as it is answered: the list under its name, IsTruncated and Marker. */
export function pagedResult<T, R>(
  name: string,
  { items, next }: Page<T>,
  show: (item: T) => R,
): { readonly [name: string]: readonly R[] | boolean | string | undefined } {
  return { [name]: items.map(show), IsTruncated: next !== undefined, Marker: next };
}

/** The page that starts at an opaque marker. @throws AwsError ValidationError when it is none of ours. */
export function cut<T>(items: readonly T[], marker: string | undefined, size: number): Page<T> {
  const start = marker === undefined ? "0" : Buffer.from(marker, "base64url").toString("utf8");
  if (!/^\d+$/.test(start)) throw validationError("Invalid Marker.");
  const end = Number(start) + size;
  const next = end < items.length ? Buffer.from(String(end)).toString("base64url") : undefined;
  return { items: items.slice(Number(start), end), next };
}
