import { createHash } from "node:crypto";

/** SHA-256 (hex) of a value's JSON with sorted keys; equal values give equal digests whatever their key order. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(sortedJson(value)).digest("hex");
}

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** The first `length` characters of SHA-256(text) in lower-case base32 (RFC 4648 alphabet, no padding). */
export function base32Digest(text: string, length: number): string {
  let bits = "";
  for (const byte of createHash("sha256").update(text).digest()) bits += byte.toString(2).padStart(8, "0");
  return Array.from({ length }, (_, i) => BASE32[Number.parseInt(bits.slice(i * 5, i * 5 + 5), 2)]).join("");
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isRecord(inner) ? sortKeys(inner) : inner));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortKeys(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(record)
      .toSorted()
      .map((key) => [key, record[key]]),
  );
}
