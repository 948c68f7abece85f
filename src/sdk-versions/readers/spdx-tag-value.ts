import type { UsedPackage } from "../used-package.ts";
import { Malformed } from "./malformed.ts";
import { namedPackage } from "./purl.ts";
import type { Reader } from "./reader.ts";

/** An SBOM of SPDX 2.x as tags and values. Source: SPDX 2.3, clauses 7 and "Tag-value format". */
export const spdxTagValue: Reader = {
  format: "SPDX tag-value",
  fileName: /\.spdx(\.txt)?$/i,
  looksLike: (text) => /^SPDXVersion:\s*SPDX-/m.test(text),
  read: (text) => {
    if (!/^[ \t]*SPDXVersion:/m.test(text)) throw new Malformed("has no 'SPDXVersion'");
    return { packages: packagesOf(text), complete: true };
  },
};

interface Begun {
  readonly name: string;
  readonly line: number;
  version?: string;
  purl?: string;
}

function packagesOf(text: string): UsedPackage[] {
  const found: Begun[] = [];
  let isInText = false;
  for (const [index, raw] of text.split("\n").entries()) {
    // A text of several lines may hold what looks like a tag.
    if (isInText) {
      isInText = !raw.includes("</text>");
      continue;
    }
    const [, tag, rest = ""] = /^[ \t]*(\w+):(.*)$/.exec(raw) ?? [];
    if (tag === undefined) continue;
    const value = rest.trim();
    isInText = value.startsWith("<text>") && !value.includes("</text>");
    const current = found.at(-1);
    if (tag === "PackageName") found.push({ name: value, line: index + 1 });
    else if (tag === "PackageVersion" && current !== undefined) current.version = value;
    else if (tag === "ExternalRef" && current !== undefined) {
      const [, purl] = /^\S+\s+purl\s+(\S+)/.exec(value) ?? [];
      if (purl !== undefined) current.purl = purl;
    }
  }
  return found.flatMap(({ name, version, purl, line }) => namedPackage({ name, version, purl }, { line }));
}
