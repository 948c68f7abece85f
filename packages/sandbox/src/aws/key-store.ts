import { randomBytes } from "node:crypto";
import type { AccessKey, KeyRing, Principal } from "./principals.ts";

/** Access keys that can be found and added to. */
export interface Keys {
  readonly find: KeyRing;
  add(key: AccessKey): void;
}

/** Access keys in memory. */
export class KeyStore implements Keys {
  readonly #keys = new Map<string, AccessKey>();

  constructor(keys: Iterable<AccessKey> = []) {
    for (const key of keys) this.add(key);
  }

  add(key: AccessKey): void {
    this.#keys.set(key.accessKeyId, key);
  }

  readonly find: KeyRing = (accessKeyId) => this.#keys.get(accessKeyId);
}

/** A new long-lived key (`AKIA…`) of an IAM user. Source: IAM User Guide, "IAM identifiers", unique ID prefixes. */
export function newUserKey(principal: Principal): AccessKey {
  return { accessKeyId: accessKeyId("AKIA"), secretAccessKey: secret(), principal };
}

/** New temporary credentials (`ASIA…`) for `seconds` from `now` (milliseconds since the epoch). */
export function newSessionKey(principal: Principal, seconds: number, now: number): AccessKey {
  return {
    accessKeyId: accessKeyId("ASIA"),
    secretAccessKey: secret(),
    sessionToken: randomBytes(96).toString("base64"),
    // STS answers whole seconds.
    expires: Math.floor(now / 1000 + seconds) * 1000,
    principal,
  };
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A unique id as IAM makes them: a prefix that tells the kind (`AROA`, `AIDA`, `ANPA`, …) and 17 characters. */
export function uniqueId(prefix: string): string {
  return prefix + characters(17);
}

function accessKeyId(prefix: string): string {
  return prefix + characters(16);
}

function characters(count: number): string {
  return Array.from(randomBytes(count), (byte) => BASE32[byte % 32]).join("");
}

function secret(): string {
  return randomBytes(30).toString("base64");
}
