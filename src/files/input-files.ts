import { opendir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { LIMITS, sizeText } from "../model/limits.ts";
import type { Problems } from "../model/problems.ts";
import { readTextFile, STDIN, UnreadableFile } from "./read-file.ts";
import { reasonOf } from "./reason.ts";

/** A file that a command was given or found. */
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
  readonly isWanted: (name: string) => boolean;
  /** What they are called, as `YAML or JSON file`. */
  readonly what: string;
  readonly maxBytes: number;
  /** Only the folder's own files, not those of the folders in it. */
  readonly flat?: boolean;
}

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
  problems: Problems,
): Promise<InputFile[]> {
  const files = new Map<string, InputFile>();
  for (const path of new Set(paths)) {
    let bytes = 0;
    for (const found of await filesAt(path, wanted, problems)) {
      if (files.has(found.path)) continue;
      const text = await readText(found, wanted, problems);
      if (text === undefined) continue;
      bytes += text.length;
      if (bytes > LIMITS.folderBytes && found.within !== undefined) {
        problems.note(path, "", `has more than ${sizeText(LIMITS.folderBytes)} of ${wanted.what}s`);
        break;
      }
      files.set(found.path, { ...found, text });
    }
  }
  return [...files.values()];
}

type FoundFile = Omit<InputFile, "text">;

async function filesAt(path: string, wanted: WantedFiles, problems: Problems): Promise<FoundFile[]> {
  if (path === STDIN) return [{ path }];
  try {
    if (!(await stat(path)).isDirectory()) return [{ path }];
    const within = await realpath(path);
    const found = await filesBelow(path, wanted);
    if (found.length === 0) problems.note(path, "", `holds no ${wanted.what}`);
    return found.map((file) => ({ path: file, within }));
  } catch (error) {
    problems.note(path, "", `can't be read: ${reasonOf(error)}`);
    return [];
  }
}

/** Folders that are symbolic links are not looked into; files that are, are judged when they are read. */
async function filesBelow(root: string, { isWanted, what, flat = false }: WantedFiles): Promise<string[]> {
  const found: string[] = [];
  let entries = 0;
  const look = async (folder: string, depth: number): Promise<void> => {
    if (depth > LIMITS.folderDepth) throw new UnreadableFile(`nests more than ${LIMITS.folderDepth} folders`);
    for await (const entry of await opendir(folder)) {
      entries += 1;
      if (entries > LIMITS.folderEntries)
        throw new UnreadableFile(`has more than ${LIMITS.folderEntries} entries`);
      if (entry.isDirectory()) {
        if (!flat && !FOREIGN.has(entry.name)) await look(join(folder, entry.name), depth + 1);
      } else if (isWanted(entry.name)) {
        found.push(join(folder, entry.name));
        if (found.length > LIMITS.folderFiles)
          throw new UnreadableFile(`has more than ${LIMITS.folderFiles} of ${what}s`);
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

async function readText(
  { path, within }: FoundFile,
  { maxBytes }: WantedFiles,
  problems: Problems,
): Promise<string | undefined> {
  try {
    return await readTextFile(path, { maxBytes, ...(within !== undefined && { within }) });
  } catch (error) {
    problems.note(
      path,
      "",
      error instanceof UnreadableFile ? error.message : `can't be read: ${reasonOf(error)}`,
    );
    return undefined;
  }
}
