import { dirname, join } from "node:path";
import { realpath } from "node:fs/promises";
import { inputFiles, readInputFile, type InputFile, type WantedFiles } from "../../files/input-files.ts";
import { STDIN } from "../../files/read-file.ts";
import { excerpt } from "../../model/excerpt.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Include } from "../../sdk-versions/listing.ts";
import { slashed } from "../../sdk-versions/maven.ts";
import { isSbom, mayBeSbom, readerNamed } from "../../sdk-versions/read-listing.ts";
import { requirements } from "../../sdk-versions/readers/requirements.ts";
import { scanFile, type ScannedFile } from "../../sdk-versions/scan.ts";
import { unsupportedKind, type Unsupported } from "../../sdk-versions/unsupported.ts";

/** A file that is not judged, and why. */
export interface UnreadFile {
  readonly path: string;
  readonly reason: "unreadable" | "malformed" | "unsupported";
  readonly problem: string;
}

/** What was read of the paths, and what was not. */
export interface Gathered {
  readonly files: readonly ScannedFile[];
  readonly unread: readonly UnreadFile[];
}

const WANTED: WantedFiles = {
  isWanted: (name, path) => readerNamed(slashed(path)) !== undefined || unsupportedKind(name) !== undefined,
  byContent: { mayBe: mayBeSbom, is: isSbom },
  what: "lock file or SBOM (see irsa sdk-check --help)",
  maxBytes: LIMITS.listingBytes,
  maxFolderFiles: LIMITS.listingFolderFiles,
  maxFolderBytes: LIMITS.listingFolderBytes,
  isOpaque: (name) => unsupportedKind(name)?.isBinary === true,
  allowUtf16: true,
};

/** Reads what the paths name and hold, and what that includes. Of a file's text nothing is kept but what is of AWS SDKs. */
export async function gatherListings(paths: readonly string[]): Promise<Gathered> {
  const files = new Map<string, ScannedFile>();
  const unread: UnreadFile[] = [];
  const unsupported: { readonly path: string; readonly kind: Unsupported }[] = [];
  const notes = {
    note: (path: string, _value: string, problem: string) =>
      unread.push({ path, reason: "unreadable", problem }),
  };
  const included: {
    readonly from: string;
    readonly folder: string | undefined;
    readonly include: Include;
  }[] = [];
  const take = (file: InputFile, isIncluded: boolean): void => {
    const kind = isIncluded ? undefined : unsupportedKind(slashed(file.path).split("/").at(-1) ?? "");
    if (kind !== undefined && readerNamed(slashed(file.path)) === undefined) {
      if (kind.declares?.test(file.text) !== false) unsupported.push({ path: file.path, kind });
      return;
    }
    const scanned = scanFile(file.path, file.text, isIncluded ? requirements : undefined);
    if (!scanned.ok) unread.push({ path: file.path, reason: "malformed", problem: scanned.problem });
    else {
      files.set(file.path, scanned.value);
      for (const include of scanned.value.includes)
        included.push({ from: file.path, folder: file.within, include });
    }
  };
  for await (const file of inputFiles(paths, WANTED, notes)) take(file, false);
  const tried = new Set([...files.keys(), ...unread.map(({ path }) => path)]);
  // What these include in turn is taken up by the same loop.
  for (const { from, folder, include } of included) {
    const problem = notFollowed(from, include);
    if (problem !== undefined) {
      unread.push({ path: from, reason: "unsupported", problem: `line ${include.line}: ${problem}` });
      continue;
    }
    const path = join(dirname(from), include.path);
    if (tried.has(path)) continue;
    tried.add(path);
    const within = folder ?? (await realpath(dirname(from)));
    const text = await readInputFile({ path, within }, WANTED, notes);
    if (text !== undefined) take({ path, within, text }, true);
  }
  const locked = lockedFolders(files);
  for (const { path, kind } of unsupported) {
    // A lock file beside it says what it asks for.
    if (kind.lockedBy !== undefined && locked.has(`${kind.lockedBy} ${dirname(path)}`)) continue;
    unread.push({ path, reason: "unsupported", problem: kind.problem });
  }
  return { files: [...files.values()], unread };
}

/** Why an included file can't be looked for. */
function notFollowed(path: string, include: Include): string | undefined {
  if (/^[\w+.-]+:\/\//.test(include.path)) return "includes a remote file, which is not read";
  if (path === STDIN)
    return `includes '${excerpt(include.path)}', which can't be resolved from stdin: pass the file itself`;
  return undefined;
}

/** Folders with lock files of an ecosystem, or with requirements, as `ecosystem folder`. */
function lockedFolders(files: Iterable<readonly [path: string, file: ScannedFile]>): ReadonlySet<string> {
  const locked = new Set<string>();
  for (const [path, { ecosystem, isComplete, format }] of files) {
    if (!isComplete && format !== requirements.format) continue;
    locked.add(`${ecosystem} ${dirname(path)}`);
    // Before Gradle 7 there was one for each configuration.
    if (path.endsWith(".lockfile")) locked.add(`${ecosystem} ${dirname(dirname(dirname(path)))}`);
  }
  return locked;
}
