import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A folder for the files that command lines name; gone after the test file. */
export const FOLDER = mkdtempSync(join(tmpdir(), "irsa-interruption-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** Writes a file into the folder and gives its path. */
export function fileOf(name: string, content: string | object): string {
  const path = join(FOLDER, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}
