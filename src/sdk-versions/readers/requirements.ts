import type { Include } from "../listing.ts";
import { unstated, type StatedVersion, type UsedPackage } from "../used-package.ts";
import { Malformed } from "./malformed.ts";
import { pypiName, specifierBounds } from "./pep440.ts";
import type { Reader } from "./reader.ts";

/** Name, extras, specifiers; a marker and hashes are cut before. Source: PEP 508. */
const REQUIREMENT = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*(?:\(([^)]*)\)|(.*))$/;
/** Addresses and paths, which name no version of a package by its name. */
const ADDRESS = /^([\w+.-]+:\/\/|git\+|\.{0,2}\/|\.{1,2}(\[|$)|[A-Za-z]:\\)|[\\/]|\.(whl|tar\.gz|zip)$/;

/** pip's requirements file. Sources: pip docs, "Requirements File Format"; PEP 440 for specifiers. */
export const requirements: Reader = {
  format: "requirements.txt",
  ecosystem: "pypi",
  fileName: /(requirements|constraints)[^/]*\.(txt|in)$/i,
  folderAndName: /(^|\/)(requirements|requires)\/[^/]+\.(txt|in)$/i,
  mayBeEmpty: true,
  looksLike: (text) => /^[A-Za-z0-9][A-Za-z0-9._-]*(\[[^\]\n]*\])?[ \t]*[=~<>!]=/m.test(text),
  read: (text) => {
    const lines = logicalLines(text);
    return {
      packages: lines.flatMap(readRequirement),
      complete: false,
      includes: lines.flatMap(readInclude),
    };
  },
};

interface LogicalLine {
  readonly line: number;
  readonly words: string;
}

/** Lines without comments, those that end in a backslash joined. */
function logicalLines(text: string): LogicalLine[] {
  const lines: LogicalLine[] = [];
  let begun: { readonly line: number; readonly parts: string[] } | undefined;
  for (const [index, raw] of text.split("\n").entries()) {
    const plain = raw.replace(/(^|\s)#.*$/, "");
    const goesOn = plain.trimEnd().endsWith("\\");
    begun ??= { line: index + 1, parts: [] };
    begun.parts.push(goesOn ? `${plain.trimEnd().slice(0, -1)} ` : plain);
    if (goesOn) continue;
    lines.push({ line: begun.line, words: begun.parts.join("").trim() });
    begun = undefined;
  }
  return begun === undefined ? lines : [...lines, { line: begun.line, words: begun.parts.join("").trim() }];
}

/** `-r other.txt`, `--constraint=c.txt`, also without a blank: `-rother.txt`. */
function readInclude({ line, words }: LogicalLine): Include[] {
  const [, long, short, path] = /^(?:--(requirement|constraint)[\s=]+|-([rc])\s*)(\S.*)$/.exec(words) ?? [];
  if (path === undefined) return [];
  const isConstraint = long === "constraint" || short === "c";
  return [{ path: path.replace(/^(["'])(.*)\1$/, "$2"), line, isConstraint }];
}

function readRequirement({ line, words }: LogicalLine): UsedPackage[] {
  const text = withoutOptions(words);
  if (text === "") return [];
  const [, name, address] = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*@\s*(\S+)$/.exec(text) ?? [];
  if (name !== undefined) return [used(name, unstated(`@ ${address}`), line)];
  if (ADDRESS.test(text)) return ofAddress(text, line);
  const [, package_, , inBrackets, after] = REQUIREMENT.exec(text) ?? [];
  const version = package_ === undefined ? undefined : specifierBounds((inBrackets ?? after ?? "").trim());
  if (package_ === undefined || version === undefined) throw new Malformed("is not a requirement", line);
  return [used(package_, version, line)];
}

/** What is installed in place (`-e`) is a requirement like others; other options are none. */
function withoutOptions(words: string): string {
  const editable = words.replace(/^(-e\s*|--editable[\s=]+)/, "");
  if (editable.startsWith("-")) return "";
  return editable
    .replaceAll(/\s+/g, " ")
    .replace(/\s--?[a-z].*$/, "")
    .replace(/(\s;|;\s).*$|;(?=\s*(python|os|sys|platform|implementation|extra)).*$/, "")
    .trim();
}

/** `git+https://…#egg=boto3`, `./boto3-1.9.0-py3-none-any.whl`: the name is said, a version at most in a wheel's name. */
function ofAddress(address: string, line: number): UsedPackage[] {
  const [, egg] = /[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(address) ?? [];
  const [, name, version] =
    /(?:^|\/)([A-Za-z0-9_.]+?)-(\d[^/-]*)(?:-[^/]+\.whl|\.tar\.gz|\.zip)$/.exec(address) ?? [];
  if (egg !== undefined)
    return [used(egg.replace(/-\d.*$/, ""), unstated("its version comes from a repository"), line)];
  if (name === undefined || version === undefined) return [];
  return [used(name, specifierBounds(`==${version}`) ?? unstated(version), line)];
}

function used(name: string, version: StatedVersion, line: number): UsedPackage {
  return { type: "pypi", name: pypiName(name), version, place: { line } };
}
