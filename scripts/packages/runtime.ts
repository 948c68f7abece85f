import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cachedFolder } from "../../test/worlds/cached.ts";
import { BUN_VERSION, type Target } from "./targets.ts";

const run = promisify(execFile);

/**
 * The path of Bun for that target, from the npm registry by way of the user's cache folder.
 * @throws Error when it can't be had, or has another checksum than the one in the table
 */
export async function bunFor({ os, bun, integrity }: Target): Promise<string> {
  const name = `@oven/${bun}@${BUN_VERSION}`;
  const key = createHash("sha256").update(integrity).digest("hex").slice(0, 12);
  const folder = await cachedFolder(`bun-${BUN_VERSION}-${key}`, async (unfinished) => {
    await mkdir(unfinished, { recursive: true });
    const pack = ["pack", "--silent", "--pack-destination", unfinished, name];
    const { stdout } = await run("npm", pack);
    const archive = join(unfinished, stdout.trim());
    const digest = `sha512-${createHash("sha512")
      .update(await readFile(archive))
      .digest("base64")}`;
    if (digest !== integrity) {
      throw new Error(`${name} has the checksum ${digest}, expected ${integrity}`);
    }
    await run("tar", ["--extract", "--gzip", "--file", archive, "--directory", unfinished]);
    await rm(archive);
  });
  return join(folder, "package", "bin", os === "windows" ? "bun.exe" : "bun");
}
