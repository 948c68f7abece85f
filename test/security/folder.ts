import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder of a test's own, with what is put into it. */
export interface Folder {
  readonly path: string;
  /** A file, and the folders on its way. */
  file(name: string, text: string | Buffer): string;
  /** A symbolic link to what is named, from the link's own folder. */
  link(name: string, target: string): string;
  /** A named pipe that nobody writes to. */
  pipe(name: string): string;
}

/** A folder that is gone after the test. */
export function aFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "irsa-security-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const at = (name: string): string => {
    const full = join(path, name);
    mkdirSync(dirname(full), { recursive: true });
    return full;
  };
  return {
    path,
    file: (name, text) => {
      writeFileSync(at(name), text);
      return at(name);
    },
    link: (name, target) => {
      symlinkSync(target, at(name));
      return at(name);
    },
    pipe: (name) => {
      execFileSync("mkfifo", [at(name)]);
      return at(name);
    },
  };
}
