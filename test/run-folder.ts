import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder that is deleted after the last test file: test files share modules, so what a module makes must outlive one. */
    readonly runFolder: string;
  }
}

/** Makes the folder of a run (`inject("runFolder")`), and deletes it afterwards. */
export default function runFolder(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "irsa-tests-"));
  project.provide("runFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
