// What the scripts that try irsa on real files have in common.
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Folders of files that are not a repository's own. */
const SKIPPED = new Set(["node_modules", ".git", ".venv", "vendor", ".terraform"]);

/** The paths of the files in a folder, at any depth, whose name is wanted. */
export function filesIn(start, isWanted) {
  return readdirSync(start, { withFileTypes: true }).flatMap((entry) => {
    const path = join(start, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesIn(path, isWanted);
    return entry.isFile() && isWanted(entry.name) ? [path] : [];
  });
}

/** The JSON of an answer; `undefined` for what is none. */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
