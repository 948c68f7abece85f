import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Problems } from "../model/problems.ts";
import { reasonOf } from "./reason.ts";

/** A file that a command was given or found. */
export interface InputFile {
  /** As given, or below the folder as given; `-` for stdin. */
  readonly path: string;
  /** Exactly as it is, a byte order mark included. */
  readonly text: string;
}

/** How stdin is given as a path. */
export const STDIN = "-";
/** Folders of others' files, in which nothing is looked for. */
const FOREIGN = new Set(["node_modules", ".git", ".venv", "vendor", ".terraform"]);

/**
 * Reads files, folders (all that is wanted in them, by name) and stdin, each file once, in order.
 * What can't be read, and folders that hold nothing wanted, are noted as problems.
 */
export async function readInputFiles(
  paths: readonly string[],
  wanted: { readonly isWanted: (name: string) => boolean; readonly what: string },
  problems: Problems,
): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const path of new Set(paths)) {
    for (const found of await filesAt(path, wanted, problems)) {
      if (files.some((file) => file.path === found)) continue;
      const text = await readText(found, problems);
      if (text !== undefined) files.push({ path: found, text });
    }
  }
  return files;
}

async function filesAt(
  path: string,
  { isWanted, what }: { readonly isWanted: (name: string) => boolean; readonly what: string },
  problems: Problems,
): Promise<string[]> {
  if (path === STDIN) return [path];
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const found = await filesBelow(path, isWanted);
    if (found.length === 0) problems.note(path, "", `holds no ${what}`);
    return found;
  } catch (error) {
    problems.note(path, "", `can't be read: ${reasonOf(error)}`);
    return [];
  }
}

async function filesBelow(folder: string, isWanted: (name: string) => boolean): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).toSorted(byName);
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!FOREIGN.has(entry.name)) found.push(...(await filesBelow(path, isWanted)));
    } else if (isWanted(basename(path))) {
      found.push(path);
    }
  }
  return found;
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : 1;
}

async function readText(path: string, problems: Problems): Promise<string | undefined> {
  try {
    const bytes = path === STDIN ? await buffer(process.stdin) : await readFile(path);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const reason = error instanceof TypeError ? "is no UTF-8 text" : `can't be read: ${reasonOf(error)}`;
    problems.note(path, "", reason);
    return undefined;
  }
}
