import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cachedFolder } from "../cached.ts";

const MODULE = fileURLToPath(new URL(".", import.meta.url));

/**
 * The program in this folder, which reads HCL with HashiCorp's own parser; built once into the user's cache.
 * @throws Error with the build's output
 */
export async function buildHclReader(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum", "main.go"]) hash.update(readFileSync(join(MODULE, name)));
  const folder = await cachedFolder(`hcl-${hash.digest("hex").slice(0, 12)}`, async (unfinished) => {
    await mkdir(unfinished);
    const build = ["build", "-trimpath", "-o", join(unfinished, "read-hcl"), "."];
    await promisify(execFile)("go", build, { cwd: MODULE, env: { ...process.env, CGO_ENABLED: "0" } });
  });
  return join(folder, "read-hcl");
}
