import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newControlToken } from "./aws/control.ts";

/**
 * The control token that the folder keeps, so that a client's environment is good for the next start too; a new one
 * where there is none, or where somebody else may have read or made it.
 */
export function keptControlToken(folder: string): string {
  const file = join(folder, "control-token");
  if (isOursAlone(file)) return readFileSync(file, "utf8");
  rmSync(file, { force: true });
  const token = newControlToken();
  writeFileSync(file, token, { mode: 0o600, flag: "wx" });
  return token;
}

/** Windows has neither owners nor modes to look at. */
function isOursAlone(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile() || found.size < 40) return false;
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o077) === 0);
}
