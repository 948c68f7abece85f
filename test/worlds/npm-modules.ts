import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cachedFolder } from "./cached.ts";

/**
 * A folder whose `node_modules` has what the lock file in `from` says, made on first use in the user's cache. None of the
 * packages' scripts are run.
 * @throws Error with npm's output
 */
export async function installModules(name: string, from: string): Promise<string> {
  const files = ["package.json", "package-lock.json"];
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(join(from, file)));
  return cachedFolder(`${name}-${hash.digest("hex").slice(0, 12)}`, async (unfinished) => {
    await mkdir(unfinished);
    for (const file of files) await copyFile(join(from, file), join(unfinished, file));
    const install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
    await promisify(execFile)("npm", install, { cwd: unfinished });
  });
}
