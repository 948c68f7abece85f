import { join } from "node:path";
import { cachedFolder } from "./cached.ts";
import { finish, type Nursery } from "./process.ts";

const MINUTES = 60;

/**
 * The Python interpreter of a virtual environment that has the packages of a requirements file, made on first use in the user's
 * cache folder.
 * @param name of the folder; it must change with the packages
 * @throws Error when there is no python3 with venv, or the packages can't be had.
 */
export async function installPackages(nursery: Nursery, name: string, requirements: string): Promise<string> {
  const version = "import sys; print('%d.%d' % sys.version_info[:2])";
  const python = (await run(nursery, "python3", ["-c", version])).trim();
  const folder = await cachedFolder(`${name}-py${python}`, async (unfinished) => {
    await run(nursery, "python3", ["-m", "venv", unfinished]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
    await run(nursery, join(unfinished, "bin", "python"), pip);
  });
  // The scripts beside it name the folder that it was made in, which is gone: modules are to be run with -m.
  return join(folder, "bin", "python");
}

/** With the caller's own environment: pip may need its proxy and index settings. */
async function run(nursery: Nursery, program: string, args: readonly string[]): Promise<string> {
  return finish(nursery.start({ program, arguments: args, environment: process.env }), 10 * MINUTES);
}
