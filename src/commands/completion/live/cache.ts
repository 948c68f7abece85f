import { lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, type Stats } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { UnreadableFile } from "../../../files/open-file.ts";
import { readTextFile } from "../../../files/read-file.ts";
import { touch } from "../../../files/touch.ts";
import { writeOut } from "../../../files/write-in-place.ts";
import { LIMITS } from "../../../model/limits.ts";
import { safeEntries, type Dataset } from "./kinds.ts";

/** Cached names, and when they were read (milliseconds since 1970). */
export interface CachedEntries {
  readonly at: number;
  readonly entries: readonly string[];
}

/** Milliseconds after which nobody uses a file any more. */
const LITTER = 24 * 60 * 60 * 1000;
const OWN_FILES = /^[a-z2-7]{32}\.(?:json|begun)$/;

/**
 * Where names are cached: `irsa/completion` in the user's cache folder. What is in it is for the user alone, and nothing is
 * read there that anybody else could have written.
 * Source: XDG Base Directory Specification (a path that is not absolute is ignored).
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CACHE_HOME: cache = "", LOCALAPPDATA: local = "" } = env;
  if (isAbsolute(cache)) return join(cache, "irsa", "completion");
  if (process.platform === "win32" && isAbsolute(local)) return join(local, "irsa", "cache", "completion");
  return join(homedir(), ".cache", "irsa", "completion");
}

/** The cached names under a key; `undefined` where there are none, or none that can be trusted. */
export async function readCached(
  folder: string,
  dataset: Dataset,
  key: string,
): Promise<CachedEntries | undefined> {
  try {
    requireOwn(lstatSync(folder));
    const text = await readTextFile(join(folder, `${key}.json`), {
      maxBytes: LIMITS.completionBytes,
      within: realpathSync(folder),
      check: requireOwn,
    });
    return cachedIn(JSON.parse(text), dataset);
  } catch {
    return undefined;
  }
}

function cachedIn(document: unknown, dataset: Dataset): CachedEntries | undefined {
  if (typeof document !== "object" || document === null) return undefined;
  const { at, entries } = document as { readonly at?: unknown; readonly entries?: unknown };
  if (typeof at !== "number" || !Array.isArray(entries)) return undefined;
  return { at, entries: safeEntries(dataset, entries) };
}

/**
 * Caches names under a key, and clears away what is old.
 * @throws where the folder or the file can't be made, or is not the user's alone
 */
export async function writeCached(folder: string, key: string, cached: CachedEntries): Promise<void> {
  makeFolder(folder);
  const text = JSON.stringify(cached);
  if (Buffer.byteLength(text) > LIMITS.completionBytes) return;
  await writeOut(join(folder, `${key}.json`), text, FILE_MODE);
  for (const name of readdirSync(folder))
    if (isLitter(folder, name, cached.at)) rmSync(join(folder, name), { force: true });
}

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** When a read for the key was begun last; 0 if never. */
export function lastBegun(folder: string, key: string): number {
  return statSync(join(folder, `${key}.begun`), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Marks that a read for the key begins. @throws as `writeCached` */
export function markBegun(folder: string, key: string): void {
  makeFolder(folder);
  touch(join(folder, `${key}.begun`));
}

function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  requireOwn(lstatSync(folder));
}

/** Only what is the user's own, and nobody else's to read or write. On Windows a profile's folders are. */
function requireOwn(found: Stats): void {
  if (found.isSymbolicLink()) throw new UnreadableFile("is a symbolic link");
  const user = process.geteuid?.();
  if (user === undefined) return;
  if (found.uid !== user) throw new UnreadableFile("belongs to another user");
  if ((found.mode & 0o077) !== 0) throw new UnreadableFile("is open to others");
}

function isLitter(folder: string, name: string, now: number): boolean {
  const found = OWN_FILES.test(name) ? lstatSync(join(folder, name), { throwIfNoEntry: false }) : undefined;
  return found?.isFile() === true && now - found.mtimeMs > LITTER;
}
