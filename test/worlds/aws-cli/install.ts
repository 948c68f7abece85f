import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Nursery } from "../process.ts";
import { installPackages } from "../python-packages.ts";

const VERSION = "1.46.2";
const REQUIREMENTS = fileURLToPath(new URL("requirements.txt", import.meta.url));

/** A folder in the nursery that has AWS's own CLI, `aws`. @throws Error as installPackages does. */
export async function installAwsCli(nursery: Nursery): Promise<string> {
  const python = await installPackages(nursery, `awscli-${VERSION}`, REQUIREMENTS);
  const folder = join(nursery.folder, "bin");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "aws"), `#!/bin/sh\nexec "${python}" -m awscli "$@"\n`, { mode: 0o755 });
  return folder;
}
