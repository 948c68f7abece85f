import { exactly, type UsedPackage } from "../used-package.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/** A gem of a section's `specs:`, four spaces in; what it needs stands six spaces in. */
const SPEC = /^ {4}(\S+) \(([^()\s]+)\)$/;

/** Bundler's lock file. Source: Bundler, `Bundler::LockfileParser`. */
export const gemfileLock: Reader = {
  format: "Gemfile.lock",
  ecosystem: "gem",
  fileName: /^(Gemfile|gems)\.(lock|locked)$/,
  looksLike: (text) => /^(GEM|GIT|PATH)$/m.test(text) && /^ {2}specs:$/m.test(text),
  read: (text) => {
    if (!/^[A-Z ]+$/m.test(text)) throw new Malformed("has no GEM or DEPENDENCIES section");
    return { packages: text.split("\n").flatMap(readLine), complete: true };
  },
};

function readLine(line: string, index: number): UsedPackage[] {
  if (/^(<{7}|={7}|>{7})/.test(line)) throw new Malformed("is an unresolved merge conflict", index + 1);
  const [, name, version] = SPEC.exec(line) ?? [];
  if (name === undefined || version === undefined) return [];
  // A gem for one platform: 1.16.0-x86_64-linux.
  const plain = version.replace(/-(x86|x64|arm|aarch|java|universal|ruby).*$/, "");
  return [{ type: "gem", name, version: exactly(plain), place: { line: index + 1 } }];
}
