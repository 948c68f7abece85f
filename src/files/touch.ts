import { closeSync, openSync, rmSync } from "node:fs";

/** Makes an empty file again, which only its owner may read, and does not wait for the disk. What was there is removed, not opened. */
export function touch(path: string): void {
  rmSync(path, { force: true });
  closeSync(openSync(path, "wx", 0o600));
}
