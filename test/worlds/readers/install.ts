import { fileURLToPath } from "node:url";
import type { Nursery } from "../process.ts";
import { installPackages } from "../python-packages.ts";

const VERSION = "cfn-lint-1.58.0";
const REQUIREMENTS = fileURLToPath(new URL("requirements.txt", import.meta.url));

/** The Python interpreter that has others' readers of what irsa exports: cfn-lint, with PyYAML. @throws Error as installPackages does. */
export async function installReaders(nursery: Nursery): Promise<string> {
  return installPackages(nursery, `readers-${VERSION}`, REQUIREMENTS);
}
