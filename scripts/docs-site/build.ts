import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { cachedFolder } from "../../test/worlds/cached.ts";
import { readProduct } from "../packages/product.ts";
import { stage } from "./stage.ts";

const run = promisify(execFile);
const VITEPRESS = resolve("scripts/docs-site/vitepress");

/**
 * Builds the documentation site from the pages of the checkout, which is the current folder.
 * @param out the folder that it replaces
 * @param base the path of the site on its host, `/` or one that begins and ends with it
 */
export async function buildSite(out: string, base = "/"): Promise<void> {
  if (!/^\/(.*\/)?$/.test(base)) throw new Error(`--base '${base}' must begin and end with '/'`);
  const isAbove = !relative(out, ".").startsWith("..");
  if (isAbove) throw new Error(`--out '${out}' would replace the checkout itself`);
  const tools = await installed();
  // Beside its tools, as modules are found by folder.
  const folder = await mkdtemp(join(tools, "site-"));
  try {
    const { description, version, repository } = readProduct();
    stage(folder, { description, version, repository: repository.url.replace(/^git\+|\.git$/g, "") });
    for (const part of ["config.mjs", "theme"]) {
      cpSync(join(VITEPRESS, part), join(folder, ".vitepress", part), { recursive: true });
    }
    const vitepress = join(tools, "node_modules/vitepress/bin/vitepress.js");
    await run(process.execPath, [vitepress, "build", folder, "--base", base], { cwd: folder });
    await rm(out, { recursive: true, force: true });
    await cp(join(folder, ".vitepress/dist"), out, { recursive: true });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The folder with VitePress, as its lock file says. */
async function installed(): Promise<string> {
  const lock = readFileSync(join(VITEPRESS, "package-lock.json"));
  const key = createHash("sha256").update(lock).digest("hex").slice(0, 12);
  return cachedFolder(`docs-site-${key}`, async (unfinished) => {
    await mkdir(unfinished, { recursive: true });
    for (const file of ["package.json", "package-lock.json"]) {
      await cp(join(VITEPRESS, file), join(unfinished, file));
    }
    await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: unfinished });
  });
}
