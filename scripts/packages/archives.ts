import { execFile } from "node:child_process";
import { chmod, cp, mkdir, readdir, rm, utimes } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { binaryPath } from "./binary.ts";
import { contentsPath } from "./contents.ts";
import { readProduct } from "./product.ts";
import { targetName, type Target } from "./targets.ts";

const run = promisify(execFile);

/** The folders among the contents. */
const FOLDERS = new Set(["completions", "man"]);

/** The name of the archive with the binary of that target; Windows opens `.zip` by itself. */
export function archiveName({ os, arch }: Target, version: string): string {
  return `irsa_${version}_${os}_${arch}.${os === "windows" ? "zip" : "tar.gz"}`;
}

/** Packs the binary of a target, and what belongs to it, into an archive in the folder. The same files give the same bytes. */
export async function buildArchive(folder: string, target: Target, date: Date): Promise<void> {
  const archive = resolve(folder, archiveName(target, readProduct().version));
  const staged = join(folder, targetName(target), "archive");
  const binary = binaryPath(folder, target);
  await rm(staged, { recursive: true, force: true });
  await rm(archive, { force: true });
  await mkdir(staged);
  await cp(contentsPath(folder), staged, { recursive: true });
  await cp(binary, join(staged, basename(binary)));
  const names = (await readdir(staged, { recursive: true })).toSorted();
  for (const name of names) {
    await chmod(join(staged, name), name === basename(binary) || FOLDERS.has(name) ? 0o755 : 0o644);
    await utimes(join(staged, name), date, date);
  }
  if (target.os === "windows") {
    // Without it, zip writes the time of this machine's zone.
    const env = { ...process.env, TZ: "UTC" };
    await run("zip", ["-q", "-X", "-9", archive, ...names], { cwd: staged, env });
  } else {
    const owner = ["--owner=0", "--group=0", "--numeric-owner", "--format=ustar", "--no-recursion"];
    const packed = ["--use-compress-program=gzip --no-name -9", "--create", "--file", archive];
    await run("tar", [...owner, ...packed, ...names], { cwd: staged });
  }
  await rm(staged, { recursive: true });
}
