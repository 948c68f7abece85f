import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { binaryPath } from "../scripts/packages/binary.ts";
import { ownTarget, targetName } from "../scripts/packages/targets.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the packages for this machine, in the same projects. */
    readonly packages?: string;
    /** The standalone binary of irsa, in the projects that test it. */
    readonly binary?: string;
  }
}

/** Builds the packages for this machine, for the projects that test them, and deletes them afterwards. */
export default function builtPackages(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "irsa-packages-"));
  const target = ownTarget();
  const build = ["scripts/packages.mjs", "--out", folder, "--target", targetName(target)];
  execFileSync(process.execPath, build, { stdio: "inherit" });
  project.provide("packages", folder);
  project.provide("binary", binaryPath(folder, target));
  return () => rmSync(folder, { recursive: true, force: true });
}
