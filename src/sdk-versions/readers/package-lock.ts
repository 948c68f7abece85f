import { exactlyIfStated, unstated, type StatedVersion, type UsedPackage } from "../used-package.ts";
import { entriesAt, readJsonObject, textAt, type JsonObject } from "./json.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/** npm's lock file, versions 1 to 3, less what is for development only. Source: npm docs, "package-lock.json". */
export const packageLock: Reader = {
  format: "package-lock.json",
  ecosystem: "npm",
  fileName: /^(package-lock|npm-shrinkwrap)\.json$/,
  looksLike: (text) => /"lockfileVersion"\s*:/.test(text),
  read: (text) => {
    const lock = readJsonObject(text);
    if (typeof lock["lockfileVersion"] !== "number") throw new Malformed("'lockfileVersion' is missing");
    const packages = "packages" in lock ? ofPackages(lock) : ofDependencies(lock);
    return { packages, complete: true };
  },
};

/** Versions 2 and 3: by folder; the name is given where the folder has another. */
function ofPackages(lock: JsonObject): UsedPackage[] {
  return entriesAt(lock, "packages").flatMap(([folder, found]) => {
    const at = folder.lastIndexOf("node_modules/");
    if (at < 0 || found["dev"] === true || found["link"] === true) return [];
    const name = textAt(found, "name") ?? folder.slice(at + "node_modules/".length);
    return [used(name, textAt(found, "version"), [asKey(folder)])];
  });
}

/** Version 1: nested; an alias has its real name in the version, as `npm:aws-sdk@2.1.0`. */
function ofDependencies(lock: JsonObject, within: readonly string[] = []): UsedPackage[] {
  return entriesAt(lock, "dependencies").flatMap(([key, found]) => {
    const marks = [...within, asKey(key)];
    const inner = ofDependencies(found, marks);
    if (found["dev"] === true) return inner;
    const version = textAt(found, "version");
    const [, name, aliased] = /^npm:(.+)@([^@]+)$/.exec(version ?? "") ?? [];
    const at = version === undefined ? marks : [...marks, JSON.stringify(version)];
    return [used(name ?? key, aliased ?? version, at), ...inner];
  });
}

function used(name: string, version: string | undefined, marks: readonly string[]): UsedPackage {
  return { type: "npm", name, version: stated(version), place: { marks } };
}

function asKey(name: string): string {
  return `${JSON.stringify(name)}: {`;
}

function stated(version: string | undefined): StatedVersion {
  return version === undefined || /^\d/.test(version) ? exactlyIfStated(version) : unstated(version);
}
