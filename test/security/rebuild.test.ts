import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect } from "vitest";
import { attack } from "./attack.ts";

const run = promisify(execFile);
/** What a build reads. */
const SOURCES = ["src", "packages", "scripts", "schemas", "package.json", "tsconfig.json", "LICENSE"];

let parent: string;
/** The `dist` of two builds of the same sources, under different circumstances. */
let [shipped, rebuilt] = ["", ""];
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "irsa-rebuild-"));
  shipped = await built("one", "022", "UTC");
  rebuilt = await built("much/deeper/than the other", "077", "Asia/Kathmandu");
});
afterAll(() => rm(parent, { recursive: true }));

/** Builds a copy of the sources in a folder of that name. */
async function built(name: string, umask: string, zone: string): Promise<string> {
  const folder = join(parent, name);
  await mkdir(folder, { recursive: true });
  for (const path of SOURCES) await cp(path, join(folder, path), { recursive: true });
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, TZ: zone };
  // Links are enough of what is only read, where the disk is the same.
  const packages = join(process.cwd(), "node_modules");
  const script = `cp -al '${packages}' . 2>/dev/null || cp -a '${packages}' .; umask ${umask}; node scripts/build.mjs`;
  await run("sh", ["-ec", script], { cwd: folder, env });
  return join(folder, "dist");
}

/** The digest of every file that a build has written. */
async function digests(dist: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  const files = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const each = files.map(async (file) => {
    const digest = createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
    return [file.slice(dist.length + 1), digest] as const;
  });
  return Object.fromEntries(await Promise.all(each));
}

attack("local user", "L9: alter one file of the package where it is built", {
  async attack() {
    const altered = join(parent, "altered");
    await cp(shipped, altered, { recursive: true });
    await appendFile(join(altered, "main.cjs"), "\n");
    const [given, own] = [await digests(altered), await digests(rebuilt)];
    expect(Object.keys(own).filter((file) => given[file] !== own[file])).toEqual(["main.cjs"]);
  },
  async twin() {
    expect(await digests(shipped)).toEqual(await digests(rebuilt));
  },
});
