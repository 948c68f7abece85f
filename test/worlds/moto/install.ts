import { access, mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { finish, type Nursery } from "../process.ts";

const VERSION = "5.2.5";
const REQUIREMENTS = fileURLToPath(new URL("requirements.txt", import.meta.url));
const MINUTES = 60;

/**
 * The Python interpreter of a virtual environment that has moto, made on first use in the user's cache folder.
 * It is built beside its place and moved there whole, so that parallel runs never see half of one.
 * @throws Error when there is no python3 with venv, or the packages can't be had.
 */
export async function installMoto(nursery: Nursery): Promise<string> {
  const python = await run(nursery, "python3", ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const place = join(cache, "irsa", `moto-${VERSION}-py${python.trim()}`);
  const interpreter = join(place, "bin", "python");
  if (!(await exists(interpreter))) await build(nursery, place);
  return interpreter;
}

async function build(nursery: Nursery, place: string): Promise<void> {
  const unfinished = `${place}.${process.pid}`;
  await mkdir(join(place, ".."), { recursive: true });
  try {
    await run(nursery, "python3", ["-m", "venv", unfinished]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS];
    await run(nursery, join(unfinished, "bin", "python"), pip);
    await rename(unfinished, place).catch(async (error: unknown) => {
      if (!(await exists(place))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** With the caller's own environment: pip may need its proxy and index settings. */
async function run(nursery: Nursery, program: string, args: readonly string[]): Promise<string> {
  return finish(nursery.start({ program, arguments: args, environment: process.env }), 10 * MINUTES);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
