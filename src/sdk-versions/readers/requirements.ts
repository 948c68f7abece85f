import { unstated, type StatedVersion, type UsedPackage } from "../used-package.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/** Name, extras, specifiers; a marker and hashes are cut before. Source: PEP 508. */
const REQUIREMENT = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*(?:\(([^)]*)\)|(.*))$/;
const SPECIFIER = /^(===|==|~=|!=|<=|>=|<|>)\s*([^\s,]+)$/;
/** pip's options, addresses and paths, which name no version of a package by its name. */
const OTHER = /^(-|[\w+.]+:\/\/|\.{0,2}\/|[A-Za-z]:\\)|\.(whl|tar\.gz|zip)$/;

/** pip's requirements file. Sources: pip docs, "Requirements File Format"; PEP 440 for specifiers. */
export const requirements: Reader = {
  format: "requirements.txt",
  fileName: /^(.+[-_.])?(requirements|constraints)([-_.].+)?\.txt$/i,
  looksLike: (text) => /^[A-Za-z0-9][A-Za-z0-9._-]*(\[[^\]]*\])?\s*[=~<>!]=/m.test(text),
  read: (text) => ({ packages: logicalLines(text).flatMap(readRequirement), complete: false }),
};

/** Lines without comments, those that end in a backslash joined. */
function logicalLines(text: string): { readonly line: number; readonly words: string }[] {
  const lines: { line: number; words: string }[] = [];
  let begun: { line: number; words: string } | undefined;
  for (const [index, raw] of text.split("\n").entries()) {
    const plain = raw.replace(/(^|\s)#.*$/, "");
    begun = { line: begun?.line ?? index + 1, words: (begun?.words ?? "") + plain.replace(/\\\s*$/, " ") };
    if (/\\\s*$/.test(plain)) continue;
    lines.push(begun);
    begun = undefined;
  }
  return begun === undefined ? lines : [...lines, begun];
}

function readRequirement({ line, words }: { line: number; words: string }): UsedPackage[] {
  const text = words
    .replace(/\s--?[a-z].*$/, "")
    .replace(/\s*;.*$/, "")
    .trim();
  const [, name, address] = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*@\s*(\S+)$/.exec(text) ?? [];
  if (name !== undefined) return [used(name, unstated(`@ ${address}`), line)];
  if (text === "" || OTHER.test(text)) return [];
  const [, package_, , inBrackets, after] = REQUIREMENT.exec(text) ?? [];
  if (package_ === undefined) throw new Malformed("is not a requirement", line);
  return [used(package_, boundsOf((inBrackets ?? after ?? "").trim(), line), line)];
}

function used(name: string, version: StatedVersion, line: number): UsedPackage {
  const plain = name.toLowerCase().replace(/[-_.]+/g, "-");
  return { type: "pypi", name: plain, version, place: { line } };
}

function boundsOf(specifiers: string, line: number): StatedVersion {
  if (specifiers === "") return unstated("no version is stated");
  const bounds = specifiers
    .split(",")
    .filter((one) => one.trim() !== "")
    .map((one) => {
      const [, operator, version] = SPECIFIER.exec(one.trim()) ?? [];
      if (operator === undefined || version === undefined) throw new Malformed("is not a requirement", line);
      return boundOf(operator, version);
    });
  const text = /^===?[^,*]+$/.test(specifiers) ? specifiers.replace(/^=+\s*/, "") : specifiers;
  return Object.assign({}, ...bounds, { text }) as StatedVersion;
}

function boundOf(operator: string, version: string): Omit<StatedVersion, "text"> {
  const plain = version.replace(/\.\*$/, "");
  switch (operator) {
    case "==":
    case "===":
      return plain === version
        ? { from: version, to: { version, included: true } }
        : { from: plain, to: { version: successor(plain.split(".")), included: false } };
    case "~=":
      return { from: version, to: { version: successor(version.split(".").slice(0, -1)), included: false } };
    case ">=":
    case ">":
      return { from: version };
    case "<":
      return { to: { version, included: false } };
    case "<=":
      return { to: { version, included: true } };
    default:
      return {};
  }
}

/** The first version that is beyond all that begin with these numbers: 1.26 → 1.27. */
function successor(numbers: readonly string[]): string {
  return numbers.map((one, i) => (i === numbers.length - 1 ? `${Number(one) + 1}` : one)).join(".");
}
