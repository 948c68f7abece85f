import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cachedFolder } from "../cached.ts";
import { finish, type Nursery } from "../process.ts";

const VERSION = "5.2.5";
const REQUIREMENTS = fileURLToPath(new URL("requirements.txt", import.meta.url));
const MINUTES = 60;

/**
 * The Python interpreter of a virtual environment that has moto, made on first use in the user's cache folder.
 * @throws Error when there is no python3 with venv, or the packages can't be had.
 */
export async function installMoto(nursery: Nursery): Promise<string> {
  const version = "import sys; print('%d.%d' % sys.version_info[:2])";
  const python = (await run(nursery, "python3", ["-c", version])).trim();
  const folder = await cachedFolder(`moto-${VERSION}-py${python}`, async (unfinished) => {
    await run(nursery, "python3", ["-m", "venv", unfinished]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS];
    await run(nursery, join(unfinished, "bin", "python"), pip);
  });
  return join(folder, "bin", "python");
}

/** With the caller's own environment: pip may need its proxy and index settings. */
async function run(nursery: Nursery, program: string, args: readonly string[]): Promise<string> {
  return finish(nursery.start({ program, arguments: args, environment: process.env }), 10 * MINUTES);
}
