import { fileURLToPath } from "node:url";
import { installModules } from "../npm-modules.ts";

/** A folder with Pulumi's packages for AWS and Kubernetes. @throws Error as installModules does. */
export async function installPulumi(): Promise<string> {
  return installModules("pulumi", fileURLToPath(new URL("packages", import.meta.url)));
}
