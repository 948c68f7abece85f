import { parse, TomlError } from "smol-toml";
import { exactly, unstated, type UsedPackage } from "../used-package.ts";
import { isObject, objectsAt, textAt, type JsonObject } from "./json.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/** Cargo's lock file. Source: The Cargo Book, "Cargo.toml vs Cargo.lock". */
export const cargoLock: Reader = {
  format: "Cargo.lock",
  fileName: /^Cargo\.lock$/,
  looksLike: (text) => text.includes("registry+https://github.com/rust-lang/crates.io-index"),
  read: (text) => ({ packages: packagesOf("cargo", readToml(text)), complete: true }),
};

/** Poetry's and uv's lock files: the same table `[[package]]`. Sources: Poetry docs, uv docs, "Lockfile". */
export const pythonLock: Reader = {
  format: "poetry.lock or uv.lock",
  fileName: /^(poetry|uv)\.lock$/,
  looksLike: (text) => /^\[\[package\]\]\s*$/m.test(text),
  read: (text) => {
    const lock = readToml(text);
    return { packages: packagesOf("pypi", { ...lock, package: main(lock) }), complete: true };
  },
};

/** What Poetry marks as for development only is left out: `category` in its older locks, `groups` in its newer. */
function main(lock: JsonObject): JsonObject[] {
  return objectsAt(lock, "package").filter(
    ({ category, groups }) =>
      category !== "dev" && !(Array.isArray(groups) && groups.length > 0 && !groups.includes("main")),
  );
}

function packagesOf(type: string, lock: JsonObject): UsedPackage[] {
  if (!("package" in lock)) return [];
  return objectsAt(lock, "package").map((found) => {
    const name = textAt(found, "name");
    if (name === undefined) throw new Malformed("a [[package]] has no 'name'");
    const version = textAt(found, "version");
    const lines = version === undefined ? "" : `\nversion = ${JSON.stringify(version)}`;
    return {
      type,
      name: type === "pypi" ? name.toLowerCase().replace(/[-_.]+/g, "-") : name,
      version: version === undefined ? unstated("no version is stated") : exactly(version),
      place: { marks: [`name = ${JSON.stringify(name)}${lines}`] },
    };
  });
}

function readToml(text: string): JsonObject {
  try {
    const value: unknown = parse(text);
    if (isObject(value)) return value;
    throw new Malformed("is no TOML table");
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The library's message quotes the lines around.
    throw new Malformed("is not valid TOML", error.line, error.column);
  }
}
