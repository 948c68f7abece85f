import { statSync, type Stats } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Failure } from "../model/failure.ts";
import { LIMITS, sizeText } from "../model/limits.ts";

/** Where the SDK reads them. Source: AWS SDKs and Tools Reference Guide, "Location of the shared config and credentials files". */
const FILES = [
  ["AWS_CONFIG_FILE", "config"],
  ["AWS_SHARED_CREDENTIALS_FILE", "credentials"],
] as const;

/**
 * Looks at the AWS config and credentials files before the SDK reads them, which it does whatever they are.
 * @throws Failure `config-file` for one that is too large, or neither a file nor a pipe
 */
export function checkConfigFiles(): void {
  for (const [variable, name] of FILES) {
    const given = process.env[variable] ?? "";
    const file = given === "" ? join(homedir(), ".aws", name) : given.replace(/^~(?=\/)/, homedir());
    const problem = problemOf(file);
    if (problem !== undefined)
      throw new Failure("input", "config-file", `the AWS ${name} file '${file}' ${problem}`);
  }
}

function problemOf(file: string): string | undefined {
  let found: Stats | undefined;
  try {
    found = statSync(file, { throwIfNoEntry: false });
  } catch {
    // One that can't be looked at can't be read either, and the SDK takes it for none.
    return undefined;
  }
  if (found === undefined || found.isFIFO() || isNull(found)) return undefined;
  if (!found.isFile()) return "is not a regular file";
  return found.size > LIMITS.awsConfigBytes ? `is larger than ${sizeText(LIMITS.awsConfigBytes)}` : undefined;
}

/** AWS_CONFIG_FILE=/dev/null is how people say that there is none. */
function isNull(found: Stats): boolean {
  return found.isCharacterDevice() && found.rdev === statSync("/dev/null", { throwIfNoEntry: false })?.rdev;
}
