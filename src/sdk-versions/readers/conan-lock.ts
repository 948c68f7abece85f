import { exactly, type UsedPackage } from "../used-package.ts";
import { isObject, readJsonObject } from "./json.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/** Conan's lock file, 2.x and 1.x, less what only builds need. Source: Conan docs, "Lockfiles". */
export const conanLock: Reader = {
  format: "conan.lock",
  ecosystem: "conan",
  fileName: /^conan\.lock$/,
  looksLike: (text) => /"graph_lock"\s*:|"build_requires"\s*:\s*\[/.test(text),
  read: (text) => {
    const lock = readJsonObject(text);
    const graph = isObject(lock["graph_lock"]) ? lock["graph_lock"]["nodes"] : undefined;
    const requires = lock["requires"];
    if (!isObject(graph) && !Array.isArray(requires)) throw new Malformed("'requires' is missing");
    const nodes = isObject(graph) ? Object.values(graph).filter(isObject) : [];
    // What has a path is the project itself; versions up to 0.3 have the package's id behind the reference.
    const used = nodes.filter(({ path }) => typeof path !== "string");
    const refs = [...used.map(({ ref, pref }) => ref ?? pref), ...(Array.isArray(requires) ? requires : [])];
    return { packages: refs.filter((ref) => typeof ref === "string").flatMap(ofReference), complete: true };
  },
};

/** `aws-sdk-cpp/1.9.234@user/channel#revision%time`. */
function ofReference(ref: string): UsedPackage[] {
  const [, name, version] = /^([^/\s]+)\/([^@#:\s]+)/.exec(ref) ?? [];
  if (name === undefined || version === undefined) return [];
  return [{ type: "conan", name, version: exactly(version), place: { marks: [JSON.stringify(ref)] } }];
}
