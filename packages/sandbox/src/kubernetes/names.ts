import { createHash, randomInt } from "node:crypto";
import { canonical } from "./patch/json.ts";

/** No vowels and nothing that looks alike: what Kubernetes makes names of. */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** Five characters that make a generated name unique. */
export function randomSuffix(): string {
  return Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** Ten characters that stand for a value: the same for the same JSON. */
export function shortHash(value: unknown): string {
  const digest = createHash("sha256").update(canonical(value)).digest();
  return [...digest.subarray(0, 10)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}
