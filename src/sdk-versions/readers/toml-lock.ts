import { exactlyIfStated, type UsedPackage } from "../used-package.ts";
import { objectsAt, textAt, type JsonObject } from "./json.ts";
import { Malformed } from "./malformed.ts";
import { pypiName } from "./pep440.ts";
import type { Reader } from "./reader.ts";
import { readToml } from "./toml.ts";

/** Cargo's lock file. Source: The Cargo Book, "Cargo.toml vs Cargo.lock". */
export const cargoLock: Reader = {
  format: "Cargo.lock",
  ecosystem: "cargo",
  fileName: /^Cargo\.lock$/,
  looksLike: (text) => text.includes("registry+https://github.com/rust-lang/crates.io-index"),
  read: (text) => ({ packages: packagesOf("cargo", readToml(text), "package"), complete: true }),
};

/**
 * Lock files of Poetry, uv and PDM, and Python's own: a table a package. Poetry's and PDM's groups are installed unless
 * pyproject.toml says that they are optional. Sources: Poetry, uv and PDM docs, "Lockfile"; PEP 751.
 */
export const pythonLock: Reader = {
  format: "poetry.lock, uv.lock, pdm.lock or pylock.toml",
  ecosystem: "pypi",
  fileName: /^((poetry|uv|pdm)\.lock|pylock(\..+)?\.toml)$/,
  looksLike: (text) => /^\[\[packages?\]\]\s*$/m.test(text),
  read: (text) => {
    const lock = readToml(text);
    const packages = [...packagesOf("pypi", lock, "package"), ...packagesOf("pypi", lock, "packages")];
    return { packages, complete: true };
  },
};

function packagesOf(type: string, lock: JsonObject, member: string): UsedPackage[] {
  if (!(member in lock)) return [];
  return objectsAt(lock, member).map((found) => {
    const name = textAt(found, "name");
    if (name === undefined) throw new Malformed(`a [[${member}]] has no 'name'`);
    const version = textAt(found, "version");
    const lines = version === undefined ? "" : `\nversion = ${JSON.stringify(version)}`;
    const { groups } = found;
    return {
      type,
      name: type === "pypi" ? pypiName(name) : name,
      version: exactlyIfStated(version),
      place: { marks: [`name = ${JSON.stringify(name)}${lines}`] },
      ...(Array.isArray(groups) && { groups: groups.filter((group) => typeof group === "string") }),
    };
  });
}
