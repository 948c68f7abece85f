import { readFileSync, renameSync, writeFileSync } from "node:fs";

/**
 * The JSON value that a file holds; `undefined` when there is no such file.
 * @throws Error when the file can't be read, SyntaxError when it is damaged
 */
export function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Writes a JSON value, whole or not at all, readable by this user alone: there may be throw-away keys in it.
 * @throws Error when the file can't be written
 */
export function writeJsonFile(file: string, value: unknown): void {
  const unfinished = `${file}.new`;
  writeFileSync(unfinished, `${JSON.stringify(value, undefined, 1)}\n`, { mode: 0o600 });
  renameSync(unfinished, file);
}
