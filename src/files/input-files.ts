import { opendir, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { LIMITS, sizeText } from "../model/limits.ts";
import type { Problems } from "../model/problems.ts";
import { UnreadableFile } from "./open-file.ts";
import { readEnds, readTextFile, STDIN } from "./read-file.ts";
import { reasonOf } from "./reason.ts";

/** A file that was given to a command or found by it. */
export interface InputFile {
  /** As given, or below the folder as given; `-` for stdin. */
  readonly path: string;
  /** Exactly as it is, a byte order mark included. */
  readonly text: string;
  /** The folder that it was found in, as `realpath` gives it; of a file that was named, nothing. */
  readonly within?: string;
}

/** Which files of a folder are read, and how much of each. */
export interface WantedFiles {
  readonly isWanted: (name: string, path: string) => boolean;
  /** Files that are wanted for what they hold: by name those that may be, by their beginning and end those that are. */
  readonly byContent?: { readonly mayBe: (name: string) => boolean; readonly is: (ends: string) => boolean };
  /** What they are called, as `YAML or JSON file`. */
  readonly what: string;
  readonly maxBytes: number;
  /** Of one folder: how many, and how much of all. */
  readonly maxFolderFiles?: number;
  readonly maxFolderBytes?: number;
  /** Only the folder's own files, not those of the folders in it. */
  readonly flat?: boolean;
  /** Takes a text in UTF-16 too. */
  readonly allowUtf16?: boolean;
  /** Files that are wanted for their names alone, as they are binary; their text is empty. */
  readonly isOpaque?: (name: string) => boolean;
}

/** Where problems are noted. */
type Notes = Pick<Problems, "note">;

/** Folders of others' files, in which nothing is looked for. */
const FOREIGN = new Set(["node_modules", ".git", ".venv", "vendor", ".terraform"]);

/** YAML and JSON files, as `-f` takes them. */
export const MANIFEST_FILES: WantedFiles = {
  isWanted: (name) => /\.(ya?ml|json)$/i.test(name),
  what: "YAML or JSON file",
  maxBytes: LIMITS.manifestBytes,
};

/**
 * Reads files, folders (all that is wanted in them, by name) and stdin, each file once, in order.
 * What can't be read, and folders that hold nothing wanted, are noted as problems.
 */
export async function readInputFiles(
  paths: readonly string[],
  wanted: WantedFiles,
  problems: Notes,
): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for await (const file of inputFiles(paths, wanted, problems)) files.push(file);
  return files;
}

/** As `readInputFiles`, one after the other, for whoever need not keep their texts. */
export async function* inputFiles(
  paths: readonly string[],
  wanted: WantedFiles,
  problems: Notes,
): AsyncGenerator<InputFile> {
  const seen = new Set<string>();
  const most = wanted.maxFolderBytes ?? LIMITS.folderBytes;
  for (const path of new Set(paths)) {
    let bytes = 0;
    for (const found of await filesAt(path, wanted, problems)) {
      if (seen.has(found.path)) continue;
      const isOpaque = wanted.isOpaque?.(basename(found.path)) === true;
      const text = isOpaque ? "" : await readInputFile(found, wanted, problems);
      if (text === undefined) continue;
      bytes += text.length;
      if (bytes > most && found.within !== undefined) {
        problems.note(path, "", `has more than ${sizeText(most)} of ${wanted.what}s`);
        break;
      }
      seen.add(found.path);
      yield { ...found, text };
    }
  }
}

/** A file that was found, before it is read. */
export type FoundFile = Omit<InputFile, "text">;

async function filesAt(path: string, wanted: WantedFiles, problems: Notes): Promise<FoundFile[]> {
  if (path === STDIN) return [{ path }];
  try {
    if (!(await stat(path)).isDirectory()) return [{ path }];
    const within = await realpath(path);
    const found = await filesBelow(path, within, wanted, problems);
    if (found.length === 0) problems.note(path, "", `has no ${wanted.what}`);
    return found.map((file) => ({ path: file, within }));
  } catch (error) {
    problems.note(path, "", `can't be read: ${reasonOf(error)}`);
    return [];
  }
}

/** Folders that are symbolic links are not looked into; files that are, are judged when they are read. */
async function filesBelow(
  root: string,
  within: string,
  { isWanted, byContent, what, maxFolderFiles = LIMITS.folderFiles, flat = false }: WantedFiles,
  problems: Notes,
): Promise<string[]> {
  const found: string[] = [];
  let entries = 0;
  const isWantedFor = (path: string): boolean => {
    try {
      return byContent?.is(readEnds(path, within, LIMITS.peekBytes)) ?? false;
    } catch (error) {
      // What is not in this folder is not one of its SBOMs; what can't be opened may be.
      if (!(error instanceof UnreadableFile)) problems.note(path, "", `can't be read: ${reasonOf(error)}`);
      return false;
    }
  };
  const look = async (folder: string, depth: number): Promise<void> => {
    if (depth > LIMITS.folderDepth)
      throw new UnreadableFile(`nests more than ${LIMITS.folderDepth} directories`);
    for await (const entry of await opendir(folder)) {
      entries += 1;
      if (entries > LIMITS.folderEntries)
        throw new UnreadableFile(`has more than ${LIMITS.folderEntries} entries`);
      if (entry.isDirectory()) {
        if (!flat && !FOREIGN.has(entry.name)) await look(join(folder, entry.name), depth + 1);
      } else if (
        isWanted(entry.name, join(folder, entry.name)) ||
        (byContent?.mayBe(entry.name) === true && isWantedFor(join(folder, entry.name)))
      ) {
        found.push(join(folder, entry.name));
        if (found.length > maxFolderFiles)
          throw new UnreadableFile(`has more than ${maxFolderFiles} of ${what}s`);
      }
    }
  };
  await look(root, 0);
  return found.toSorted(byFolder);
}

/** Entry by entry, as `readdir` sorted at each level would give them. */
function byFolder(left: string, right: string): number {
  const [one, other] = [left.split(/[\\/]/), right.split(/[\\/]/)];
  const at = one.findIndex((part, index) => part !== other[index]);
  return (one[at] ?? "") < (other[at] ?? "") ? -1 : 1;
}

/** The text of a file that was found, or `undefined` after noting why it can't be read. */
export async function readInputFile(
  { path, within }: FoundFile,
  { maxBytes, allowUtf16 = false }: Pick<WantedFiles, "maxBytes" | "allowUtf16">,
  problems: Notes,
): Promise<string | undefined> {
  try {
    return await readTextFile(path, { maxBytes, allowUtf16, ...(within !== undefined && { within }) });
  } catch (error) {
    problems.note(
      path,
      "",
      error instanceof UnreadableFile ? error.message : `can't be read: ${reasonOf(error)}`,
    );
    return undefined;
  }
}
