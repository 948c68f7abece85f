import { createHash, hash } from "node:crypto";

/** SHA-256 (hex) of a value's JSON with sorted keys; equal values give equal digests whatever their key order. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(sortedJson(value)).digest("hex");
}

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** The first `length` characters of SHA-256(text) in lower-case base32 (RFC 4648 alphabet, no padding). */
export function base32Digest(text: string, length: number): string {
  const bytes = hash("sha256", text, "buffer");
  let digest = "";
  for (let bit = 0; digest.length < length; bit += 5) {
    const two = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    digest += BASE32[(two >> (11 - (bit & 7))) & 31];
  }
  return digest;
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
