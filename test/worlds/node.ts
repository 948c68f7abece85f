import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cachedFolder } from "./cached.ts";

const run = promisify(execFile);

/**
 * The executable of that major version of Node: the running one, or one from the npm registry's `node-<platform>-<arch>`
 * in the user's cache folder.
 * @throws Error when the package can't be had
 */
export async function nodeOfMajor(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await cachedFolder(`node-${major}`, async (unfinished) => {
    await mkdir(unfinished, { recursive: true });
    await run("npm", [
      "install",
      "--prefix",
      unfinished,
      "--no-save",
      "--ignore-scripts",
      `${name}@${major}`,
    ]);
  });
  return join(folder, "node_modules", name, "bin", "node");
}
