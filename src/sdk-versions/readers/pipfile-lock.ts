import { unstated, type UsedPackage } from "../used-package.ts";
import { entriesAt, readJsonObject, textAt, type JsonObject } from "./json.ts";
import { Malformed } from "./malformed.ts";
import { pypiName, specifierBounds } from "./pep440.ts";
import type { Reader } from "./reader.ts";

/** Pipenv's lock file, less `develop`; categories of the user's own are for running. Source: Pipenv docs, "Pipfile & Pipfile.lock". */
export const pipfileLock: Reader = {
  format: "Pipfile.lock",
  ecosystem: "pypi",
  fileName: /^Pipfile\.lock$/,
  looksLike: (text) => /"pipfile-spec"\s*:/.test(text),
  read: (text) => {
    const lock = readJsonObject(text);
    if (!("default" in lock)) throw new Malformed("'default' is missing");
    const categories = Object.keys(lock).filter((key) => key !== "_meta" && key !== "develop");
    const packages = categories.flatMap((category) =>
      entriesAt(lock, category).map(([name, found]) => used(category, name, found)),
    );
    return { packages, complete: true };
  },
};

function used(category: string, name: string, found: JsonObject): UsedPackage {
  const version = textAt(found, "version");
  const source = textAt(found, "git") ?? textAt(found, "path") ?? textAt(found, "file");
  const elsewhere =
    source === undefined ? "no version given" : "its version comes from a repository or a file";
  return {
    type: "pypi",
    name: pypiName(name),
    version: (version === undefined ? undefined : specifierBounds(version)) ?? unstated(elsewhere),
    place: { marks: [`${JSON.stringify(category)}: {`, `${JSON.stringify(name)}: {`] },
  };
}
