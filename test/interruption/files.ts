import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";

/** A folder for the files that command lines name. */
export const FOLDER = mkdtempSync(join(inject("runFolder"), "interruption-"));

/** Writes a file into the folder and gives its path. */
export function fileOf(name: string, content: string | object): string {
  const path = join(FOLDER, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}
