import { exactlyIfStated, type UsedPackage } from "../used-package.ts";
import { asMap, readLockMaps, scalarAt } from "./lock-yaml.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/**
 * Yarn's lock file: of Yarn 1 in a syntax of its own, from Yarn 2 on ("berry") in YAML. Neither tells what is for
 * development only. Sources: Yarn 1, `lockfile/parse.js`; Yarn, "Lexicon" and `Project.ts`.
 */
export const yarnLock: Reader = {
  format: "yarn.lock",
  ecosystem: "npm",
  fileName: /^yarn\.lock$/,
  mayBeEmpty: true,
  looksLike: (text) => /^# yarn lockfile v1$|^__metadata:$/m.test(text),
  read: (text) => ({
    packages: /^__metadata:/m.test(text) ? ofBerry(text) : ofClassic(text),
    complete: true,
  }),
};

/** Workspaces, links and portals are the project's own. */
function ofBerry(text: string): UsedPackage[] {
  return readLockMaps(text).flatMap((lock) =>
    [...lock.entries].flatMap(([key, { line, value }]): UsedPackage[] => {
      if (key === "__metadata") return [];
      const found = asMap(value, key, line);
      const resolution = scalarAt(found, "resolution");
      if (resolution === undefined) throw new Malformed("an entry has no 'resolution'", line);
      if (scalarAt(found, "linkType") === "soft") return [];
      return [used(nameOf(resolution), scalarAt(found, "version"), line)];
    }),
  );
}

/** `key, key:` at the margin, two spaces in `version "1.2.3"`. */
function ofClassic(text: string): UsedPackage[] {
  const packages: UsedPackage[] = [];
  let entry: { readonly name: string; readonly line: number; version?: string } | undefined;
  const close = (): void => {
    if (entry !== undefined) packages.push(used(entry.name, entry.version, entry.line));
    entry = undefined;
  };
  for (const [index, raw] of text.split("\n").entries()) {
    const line = index + 1;
    if (/^(<{7}|={7}|>{7}|\|{7})/.test(raw)) throw new Malformed("is an unresolved merge conflict", line);
    if (raw.trim() === "" || raw.startsWith("#")) continue;
    if (!raw.startsWith(" ")) {
      close();
      const key = firstKey(raw);
      if (key === undefined) throw new Malformed("is not a line of yarn.lock", line);
      entry = { name: nameOf(unquoted(key)), line };
      continue;
    }
    const [, version] = /^ {2}"?version"?:? +("[^"]*"|\S+)$/.exec(raw) ?? [];
    if (version !== undefined && entry !== undefined) entry.version = unquoted(version);
    if (entry === undefined) throw new Malformed("is not a line of yarn.lock", line);
  }
  close();
  return packages;
}

/** The first of `key, key:`. One pattern for all of a long line would take more memory than patterns have. */
function firstKey(raw: string): string | undefined {
  const names = raw.endsWith(":") ? raw.slice(0, -1) : "";
  const [first] = /^(?:"[^"]*"|[^\s",:][^\s",]*)/.exec(names) ?? [];
  if (first === undefined) return undefined;
  const next = /, *(?:"[^"]*"|[^\s",]+)/y;
  next.lastIndex = first.length;
  while (next.lastIndex < names.length) if (!next.test(names)) return undefined;
  return first;
}

function used(name: string, version: string | undefined, line: number): UsedPackage {
  return {
    type: "npm",
    name,
    version: exactlyIfStated(version),
    place: { line },
  };
}

/** `name@range`; of an alias, `other@npm:name@range`, the package behind it. */
function nameOf(descriptor: string): string {
  const at = descriptor.indexOf("@", 1);
  if (at < 0) return descriptor;
  const [, aliased] = /^npm:((?:@[^/@]+\/)?[^/@]+)@/.exec(descriptor.slice(at + 1)) ?? [];
  return aliased ?? descriptor.slice(0, at);
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, "$1");
}
