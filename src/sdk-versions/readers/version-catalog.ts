import { exactly, unstated, type StatedVersion, type UsedPackage } from "../used-package.ts";
import { isObject, textAt, type JsonObject } from "./json.ts";
import { Malformed } from "./malformed.ts";
import { mavenRange } from "./maven-range.ts";
import type { Reader } from "./reader.ts";
import { readToml } from "./toml.ts";

/** Gradle's version catalog: what a build may use, and in which version. Source: Gradle, "Version Catalogs". */
export const versionCatalog: Reader = {
  format: "Gradle version catalog",
  ecosystem: "gradle",
  fileName: /\.versions\.toml$/,
  looksLike: (text) => /^\[libraries\]\s*$/m.test(text),
  read: (text) => {
    const catalog = readToml(text);
    const libraries = catalog["libraries"] ?? {};
    if (!isObject(libraries)) throw new Malformed("'libraries' is not a table");
    const versions = isObject(catalog["versions"]) ? catalog["versions"] : {};
    const packages = Object.entries(libraries).map(([alias, library]) => used(alias, library, versions));
    return { packages, complete: false };
  },
};

function used(alias: string, library: unknown, versions: JsonObject): UsedPackage {
  const place = { marks: ["[libraries]", alias] };
  if (typeof library === "string") {
    const [group, artifact, version] = library.split(":");
    if (group === undefined || artifact === undefined) throw notALibrary();
    return { type: "maven", name: `${group}:${artifact}`, version: versionOf(version, versions), place };
  }
  if (!isObject(library)) throw notALibrary();
  const name = textAt(library, "module") ?? `${textAt(library, "group")}:${textAt(library, "name")}`;
  // What is written `version.ref = "a"` is the same table.
  return { type: "maven", name, version: versionOf(library["version"], versions), place };
}

function notALibrary(): Malformed {
  return new Malformed("an entry of 'libraries' has neither 'module' nor 'group' and 'name'");
}

/** A text, a reference to a version, or a rich version; which one wins is said by `strictly`, then `require`, then `prefer`. */
function versionOf(version: unknown, versions: JsonObject): StatedVersion {
  if (typeof version === "string") return /^[[(\]]/.test(version) ? mavenRange(version) : dynamic(version);
  if (!isObject(version)) return unstated("its version comes from a platform or a BOM");
  const ref = textAt(version, "ref");
  if (ref !== undefined && ref in versions && versions[ref] !== version) return versionOf(versions[ref], {});
  const rich = textAt(version, "strictly") ?? textAt(version, "require") ?? textAt(version, "prefer");
  return rich === undefined ? unstated("its version is not in the catalog") : versionOf(rich, {});
}

/** `1.2.+` is any that begins so; so is `latest.release`. */
function dynamic(version: string): StatedVersion {
  if (version.endsWith("+")) return { text: version, from: version.replace(/\.?\+$/, "") };
  return /^\d/.test(version) ? exactly(version) : unstated(version);
}
