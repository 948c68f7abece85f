import { fileURLToPath } from "node:url";
import type { Nursery } from "../process.ts";
import { installPackages } from "../python-packages.ts";

const VERSION = "5.2.5";
const REQUIREMENTS = fileURLToPath(new URL("requirements.txt", import.meta.url));

/** The Python interpreter that has moto. @throws Error as installPackages does. */
export async function installMoto(nursery: Nursery): Promise<string> {
  return installPackages(nursery, `moto-${VERSION}`, REQUIREMENTS);
}
