import { exactly, unstated, type UsedPackage } from "../used-package.ts";
import { entriesAt, isObject, readJsonObject, type JsonObject } from "./json.ts";
import { Malformed } from "./malformed.ts";
import { developmentOnly } from "./reach.ts";
import type { Reader } from "./reader.ts";

/**
 * Bun's lock file, JSON with commas before closing brackets, less what only `devDependencies` lead to. Source: Bun docs,
 * "Lockfile"; `bun.lock.zig`.
 */
export const bunLock: Reader = {
  format: "bun.lock",
  ecosystem: "npm",
  fileName: /^bun\.lock$/,
  looksLike: (text) => /"lockfileVersion"\s*:/.test(text) && /"workspaces"\s*:\s*\{/.test(text),
  read: (text) => {
    const lock = readJsonObject(withoutTrailingCommas(text));
    if (typeof lock["lockfileVersion"] !== "number") throw new Malformed("'lockfileVersion' is missing");
    const found = packagesOf(lock);
    const unused = developmentKeys(lock, found);
    const packages = [...found].flatMap(([key, { id }]) => (unused.has(key) ? [] : used(key, id)));
    return { packages, complete: true };
  },
};

/** An entry's first text, `name@version`, and what it depends on. */
interface BunPackage {
  readonly id: string;
  readonly info: JsonObject;
}

/**
 * Comments too, which other tools write; what was there stays as wide, for the places in errors. Strings are gone through
 * piece by piece: one pattern for all of a long one would take more memory than patterns have.
 */
function withoutTrailingCommas(text: string): string {
  const token = /"|\/\/[^\n]*|,(?=\s*[}\]])/g;
  const parts: string[] = [];
  let from = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [whole] = found;
    if (whole === '"') {
      token.lastIndex = endOfString(text, token.lastIndex);
      continue;
    }
    parts.push(text.slice(from, found.index), " ".repeat(whole.length));
    from = token.lastIndex;
  }
  return parts.join("") + text.slice(from);
}

/** Behind its closing quotation mark; a line break ends it too. */
function endOfString(text: string, at: number): number {
  for (let i = at; i < text.length; i += 1) {
    if (text[i] === '"' || text[i] === "\n") return i + 1;
    if (text[i] === "\\" && text[i + 1] !== "\n") i += 1;
  }
  return text.length;
}

function packagesOf(lock: JsonObject): Map<string, BunPackage> {
  const packages = lock["packages"] ?? {};
  if (!isObject(packages)) throw new Malformed("'packages' is not an object");
  return new Map(
    Object.entries(packages).map(([key, parts]) => {
      const [id, ...more]: unknown[] = Array.isArray(parts) ? parts : [];
      if (typeof id !== "string")
        throw new Malformed("an entry of 'packages' is not a list that begins with a string");
      return [key, { id, info: more.find(isObject) ?? {} }];
    }),
  );
}

function used(key: string, id: string): UsedPackage[] {
  const at = id.indexOf("@", 1);
  const [name, version] = at < 0 ? [id, ""] : [id.slice(0, at), id.slice(at + 1)];
  if (/^(workspace|link|root):/.test(version)) return [];
  return [
    {
      type: "npm",
      name,
      version: /^\d/.test(version)
        ? exactly(version)
        : unstated(version === "" ? "no version given" : version),
      place: { marks: [`${JSON.stringify(key)}: [`] },
    },
  ];
}

const RUN = ["dependencies", "optionalDependencies", "peerDependencies"];

function developmentKeys(lock: JsonObject, packages: ReadonlyMap<string, BunPackage>): ReadonlySet<string> {
  const workspaces = entriesAt(lock, "workspaces").map(([, workspace]) => workspace);
  const roots = (members: readonly string[]): (string | undefined)[] =>
    workspaces.flatMap((workspace) => {
      const name = typeof workspace["name"] === "string" ? workspace["name"] : "";
      return members.flatMap((member) => resolvedAll(workspace, member, name, packages));
    });
  return developmentOnly({ run: roots(RUN), develop: roots(["devDependencies"]) }, (key) =>
    RUN.flatMap((member) => resolvedAll(packages.get(key)?.info ?? {}, member, key, packages)),
  );
}

/** What peers and optional dependencies lead to need not be installed. */
function resolvedAll(
  info: JsonObject,
  member: string,
  within: string,
  packages: ReadonlyMap<string, BunPackage>,
): (string | undefined)[] {
  const wanted = info[member];
  if (!isObject(wanted)) return [];
  const keys = Object.keys(wanted).map((name) => resolve(name, within, packages));
  return member === "dependencies" ? keys : keys.filter((key) => key !== undefined);
}

/** Folders in folders; installed packages nest some ten deep. */
const MOST_FOLDERS = 64;

/** A package is looked for in the folder of the one that needs it, then in each folder above. */
function resolve(
  name: string,
  within: string,
  packages: ReadonlyMap<string, BunPackage>,
): string | undefined {
  let folder = within;
  for (
    let depth = 0;
    folder !== "" && depth < MOST_FOLDERS;
    depth += 1, folder = folder.replace(/(^|\/)(@[^/]+\/)?[^/]+$/, "")
  ) {
    if (packages.has(`${folder}/${name}`)) return `${folder}/${name}`;
  }
  return packages.has(name) ? name : undefined;
}
