import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The scripts of completion, each with the name under which its shell finds it. */
export const COMPLETIONS = [
  { shell: "bash", name: "irsa" },
  { shell: "zsh", name: "_irsa" },
  { shell: "fish", name: "irsa.fish" },
] as const;

/** What a package must say of rights: by its name in an archive, and in /usr/share/doc/irsa. */
export const DOCUMENTS = [
  { name: "LICENSE", installed: "copyright", source: "LICENSE" },
  {
    name: "THIRD-PARTY-NOTICES.txt",
    installed: "THIRD-PARTY-NOTICES.txt",
    source: "dist/THIRD-PARTY-NOTICES.txt",
  },
  { name: "BUN-NOTICE.txt", installed: "BUN-NOTICE.txt", source: "scripts/packages/bun-notice.txt" },
] as const;

/** Writes what every package has beside the binary, from the built npm package. */
export function writeContents(folder: string): void {
  mkdirSync(contentsPath(folder, "completions"), { recursive: true });
  for (const { shell, name } of COMPLETIONS) {
    const script = execFileSync(process.execPath, ["bin/irsa.cjs", "completion", shell]);
    writeFileSync(contentsPath(folder, "completions", name), script);
  }
  execFileSync(process.execPath, ["scripts/man.mjs", contentsPath(folder, "man")]);
  for (const { name, source } of DOCUMENTS) copyFileSync(source, contentsPath(folder, name));
}

/** A file of them. */
export function contentsPath(folder: string, ...names: readonly string[]): string {
  return join(folder, "contents", ...names);
}
