import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cachedFolder } from "../cached.ts";

const PACKAGES = fileURLToPath(new URL("packages", import.meta.url));

/**
 * A folder with Pulumi's packages for AWS and Kubernetes in its `node_modules`, made on first use in the user's cache. None of
 * their scripts are run.
 * @throws Error with npm's output
 */
export async function installPulumi(): Promise<string> {
  const files = ["package.json", "package-lock.json"];
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(join(PACKAGES, file)));
  return cachedFolder(`pulumi-${hash.digest("hex").slice(0, 12)}`, async (unfinished) => {
    await mkdir(unfinished);
    for (const file of files) await copyFile(join(PACKAGES, file), join(unfinished, file));
    const install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
    await promisify(execFile)("npm", install, { cwd: unfinished, env: process.env });
  });
}
