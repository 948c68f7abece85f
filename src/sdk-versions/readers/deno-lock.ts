import { exactly, type UsedPackage } from "../used-package.ts";
import { entriesAt, isObject, readJsonObject, type JsonObject } from "./json.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/** Where modules of npm are had by URL: esm.sh/aws-sdk@2.1.0, cdn.jsdelivr.net/npm/…, ga.jspm.io/npm:…. */
const BY_URL =
  /^https?:\/\/(?:[\w.]*esm\.sh|cdn\.jsdelivr\.net\/npm|unpkg\.com|cdn\.skypack\.dev|ga\.jspm\.io)(?:\/(?:v\d+|stable|gh|pin)){0,8}[/:](?:npm:)?((?:@[^/@]+\/)?[^/@]+)@v?(\d[\w.+-]*)/;

/**
 * Deno's lock file, versions 2 to 5: packages of npm, and modules by URL as far as those are npm's. It does not tell what
 * is for development only. Source: Deno, `deno_lockfile`.
 */
export const denoLock: Reader = {
  format: "deno.lock",
  ecosystem: "npm",
  fileName: /^deno\.lock$/,
  looksLike: (text) =>
    /"version"\s*:\s*"[2-9]"/.test(text) && /"(remote|specifiers|workspace)"\s*:/.test(text),
  read: (text) => {
    const lock = readJsonObject(text);
    if (!["1", "2", "3", "4", "5"].includes(String(lock["version"])))
      throw new Malformed("'version' is not supported; supported are 1 to 5");
    const npm = npmOf(lock);
    return { packages: [...npm, ...byUrl(lock)], complete: true };
  },
};

function npmOf(lock: JsonObject): UsedPackage[] {
  const holder = isObject(lock["packages"]) ? lock["packages"] : lock;
  const npm = isObject(holder["npm"]) ? holder["npm"] : {};
  const entries = isObject(npm["packages"]) ? entriesAt(npm, "packages") : entriesAt(holder, "npm");
  return entries.flatMap(([key]): UsedPackage[] => {
    // name@1.2.3_peer@1
    const [, name, version] = /^((?:@[^/@]+\/)?[^/@]+)@([^_]+)/.exec(key) ?? [];
    if (name === undefined || version === undefined) return [];
    return [
      { type: "npm", name, version: exactly(version), place: { marks: [`${JSON.stringify(key)}: {`] } },
    ];
  });
}

function byUrl(lock: JsonObject): UsedPackage[] {
  const remote = isObject(lock["remote"]) ? Object.keys(lock["remote"]) : [];
  return remote.flatMap((url): UsedPackage[] => {
    const [, name, version] = BY_URL.exec(url) ?? [];
    if (name === undefined || version === undefined) return [];
    return [{ type: "npm", name, version: exactly(version), place: { marks: [JSON.stringify(url)] } }];
  });
}
