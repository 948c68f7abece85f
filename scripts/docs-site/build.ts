import { execFile } from "node:child_process";
import { cpSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { installModules } from "../../test/worlds/npm-modules.ts";
import { readProduct, repositoryPage } from "../packages/product.ts";
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
  const tools = await installModules("docs-site", VITEPRESS);
  // Beside its tools, as modules are found by folder.
  const folder = await mkdtemp(join(tools, "site-"));
  try {
    const product = readProduct();
    const { description, version } = product;
    stage(folder, { description, version, repository: repositoryPage(product) });
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
