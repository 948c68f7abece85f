import type { LockMap } from "../../syntax/lock-yaml-inline.ts";
import { exactly, unstated, type UsedPackage } from "../used-package.ts";
import { asMap, mapAt, readLockMaps, scalarAt } from "./lock-yaml.ts";
import { Malformed } from "./malformed.ts";
import { developmentOnly } from "./reach.ts";
import type { Reader } from "./reader.ts";

/**
 * pnpm's lock file, versions 5 to 9 (pnpm 3 to 11), less what is for development only: up to version 6 it is marked, from
 * 9 on it is what only `devDependencies` lead to. Source: pnpm, "Lockfile types" of @pnpm/lockfile.types.
 */
export const pnpmLock: Reader = {
  format: "pnpm-lock.yaml",
  ecosystem: "npm",
  fileName: /^(pnpm-lock|shrinkwrap)\.ya?ml$/,
  looksLike: (text) => /^(lockfileVersion|shrinkwrapVersion):/m.test(text.slice(0, 10_000)),
  read: (text) => {
    const locks = readLockMaps(text);
    const packages = locks.flatMap((lock) => {
      const version = Number(scalarAt(lock, "lockfileVersion") ?? scalarAt(lock, "shrinkwrapVersion"));
      if (Number.isNaN(version)) throw new Malformed("'lockfileVersion' is missing");
      if (version >= 10)
        throw new Malformed(`'lockfileVersion' ${version} is newer than 9, the newest supported`);
      return packagesOf(lock, version);
    });
    return { packages, complete: true };
  },
};

function packagesOf(lock: LockMap, version: number): UsedPackage[] {
  const unused = version >= 7 ? developmentSnapshots(lock) : new Set<string>();
  return [...mapAt(lock, "packages").entries].flatMap(([key, { line, value }]): UsedPackage[] => {
    const found = asMap(value, key, line);
    if (scalarAt(found, "dev") === "true" || unused.has(key)) return [];
    const parsed = version >= 6 ? parseKey(key) : parseOldKey(key);
    // What comes from a folder or a repository may have neither name nor version here.
    const name = scalarAt(found, "name") ?? parsed.name ?? key;
    const stated = scalarAt(found, "version") ?? parsed.version;
    const exact = stated !== undefined && /^\d/.test(stated);
    return [
      {
        type: "npm",
        name,
        version: exact ? exactly(stated) : unstated(stated ?? "no version given"),
        place: { line },
      },
    ];
  });
}

/** `/name@1.2.3(peer@1)`, from version 9 on without the slash. */
function parseKey(key: string): { name?: string; version?: string } {
  const plain = withoutPeers(key).replace(/^\//, "");
  const at = plain.indexOf("@", 1);
  return at < 0 ? {} : { name: plain.slice(0, at), version: plain.slice(at + 1) };
}

/** `/name/1.2.3_peer@1`, `registry.example/@scope/name/1.2.3`. */
function parseOldKey(key: string): { name?: string; version?: string } {
  const [, name, version] = /(?:^|\/)((?:@[^/]+\/)?[^/@]+)\/(\d[^/_]*)(?:_.*)?$/.exec(key) ?? [];
  return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) };
}

/** Keys of `packages` that only development leads to. Dependencies are between `snapshots`, which have peers in their keys. */
function developmentSnapshots(lock: LockMap): ReadonlySet<string> {
  const snapshots = mapAt(lock, "snapshots");
  const importers = [...mapAt(lock, "importers").entries].map(([key, { line, value }]) =>
    asMap(value, key, line),
  );
  const refs = (of: LockMap, member: string): (string | undefined)[] =>
    [...mapAt(of, member).entries].flatMap(([name, { value }]) => {
      const ref =
        value.kind === "map" ? scalarAt(value, "version") : value.kind === "scalar" ? value.text : "";
      if (ref === undefined || /^(link|workspace):/.test(ref)) return [];
      return [[`${name}@${ref}`, ref].find((key) => snapshots.entries.has(key))];
    });
  const of = (members: readonly string[]): (string | undefined)[] =>
    importers.flatMap((importer) => members.flatMap((member) => refs(importer, member)));
  const only = developmentOnly(
    { run: of(["dependencies", "optionalDependencies"]), develop: of(["devDependencies"]) },
    (key) => {
      const value = snapshots.entries.get(key)?.value;
      return value?.kind === "map"
        ? [...refs(value, "dependencies"), ...refs(value, "optionalDependencies")]
        : [];
    },
  );
  // One version may be there with several sets of peers.
  const keys = [...snapshots.entries.keys()];
  const run = new Set(keys.filter((key) => !only.has(key)).map(withoutPeers));
  return new Set([...only].map(withoutPeers).filter((key) => !run.has(key)));
}

function withoutPeers(key: string): string {
  const at = key.indexOf("(");
  return at < 0 ? key : key.slice(0, at);
}
