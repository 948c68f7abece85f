import { randomBytes } from "node:crypto";
import type { AccessKey, Principal } from "./principals.ts";

/** The access keys that a world knows. */
export class KeyStore {
  readonly #keys = new Map<string, AccessKey>();

  constructor(keys: Iterable<AccessKey> = []) {
    for (const key of keys) this.add(key);
  }

  add(key: AccessKey): void {
    this.#keys.set(key.accessKeyId, key);
  }

  /** As a KeyRing. */
  readonly find = (accessKeyId: string): AccessKey | undefined => this.#keys.get(accessKeyId);

  all(): readonly AccessKey[] {
    return [...this.#keys.values()];
  }
}

/** A new long-lived key (`AKIA…`) of an IAM user. Source: IAM User Guide, "IAM identifiers", unique ID prefixes. */
export function newUserKey(principal: Principal): AccessKey {
  return { accessKeyId: uniqueId("AKIA"), secretAccessKey: secret(), principal };
}

/** New temporary credentials (`ASIA…`) for `seconds` from `now` (milliseconds since the epoch). */
export function newSessionKey(principal: Principal, seconds: number, now: number): AccessKey {
  return {
    accessKeyId: uniqueId("ASIA"),
    secretAccessKey: secret(),
    sessionToken: randomBytes(96).toString("base64"),
    // STS answers whole seconds.
    expires: Math.floor(now / 1000 + seconds) * 1000,
    principal,
  };
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A unique id as IAM makes them: a prefix that tells the kind (`AROA`, `AIDA`, `ANPA`, …) and sixteen characters. */
export function uniqueId(prefix: string): string {
  return prefix + Array.from(randomBytes(16), (byte) => BASE32[byte % 32]).join("");
}

function secret(): string {
  return randomBytes(30).toString("base64");
}
