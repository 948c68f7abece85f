import type { UsedPackage } from "../used-package.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/**
 * Go's checksums: of each module the versions that builds have looked at, of which Go takes the highest that any module
 * asks for. Lines for `/go.mod` alone are of versions that were not taken. Source: Go Modules Reference, "go.sum files".
 */
export const goSum: Reader = {
  format: "go.sum",
  ecosystem: "golang",
  fileName: /^go\.sum$/,
  mayBeEmpty: true,
  looksLike: (text) => /^\S+ v\S+ h1:\S+=$/m.test(text),
  read: (text) => ({ packages: packagesOf(text), complete: true, isDeclaration: true }),
};

interface Seen {
  readonly line: number;
  readonly versions: string[];
}

function packagesOf(text: string): UsedPackage[] {
  const modules = new Map<string, Seen>();
  for (const [index, raw] of text.split("\n").entries()) {
    if (raw.trim() === "") continue;
    const [, name, version] = /^(\S+) (v\S+) h\d+:\S+\s*$/.exec(raw) ?? [];
    if (name === undefined || version === undefined)
      throw new Malformed("is not a line of go.sum", index + 1);
    if (version.endsWith("/go.mod")) continue;
    const seen = modules.get(name);
    if (seen === undefined) modules.set(name, { line: index + 1, versions: [version] });
    else seen.versions.push(version);
  }
  return [...modules].map(([name, { line, versions }]) => {
    // Go writes them in order.
    const from = versions[0] ?? "";
    const to = versions.at(-1) ?? from;
    return {
      type: "golang",
      name,
      version: { text: from === to ? from : `${from} to ${to}`, from, to: { version: to, included: true } },
      place: { line },
    };
  });
}
