import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** The package as users get it, in a folder of its own. */
export interface Installed {
  readonly folder: string;
  /** The packed package. */
  readonly archive: string;
  readonly remove: () => Promise<void>;
}

/** Packs the project, which was built for this run, and installs it off line: it brings everything that it needs. */
export async function installPackage(): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), "irsa-package-"));
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: PROJECT });
  const archive = join(folder, (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "");
  await run("npm", ["install", "--offline", "--prefix", folder, archive], { cwd: folder });
  return { folder, archive, remove: () => rm(folder, { recursive: true, force: true }) };
}
