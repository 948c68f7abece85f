import { exactly, unstated, type StatedVersion, type UsedPackage } from "../used-package.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/** A directive's words and its line; `require (` … `)` is spread out. */
interface Directive {
  readonly verb: string;
  readonly words: readonly string[];
  readonly line: number;
}

/** Go's module file, `replace` heeded. Source: Go Modules Reference, "go.mod files". */
export const goMod: Reader = {
  format: "go.mod",
  ecosystem: "golang",
  fileName: /^go\.mod$/,
  looksLike: (text) => /^module\s+\S/m.test(text) && !text.trimStart().startsWith("{"),
  read: (text) => {
    const directives = directivesOf(text);
    if (!directives.some(({ verb }) => verb === "module")) throw new Malformed("has no 'module' line");
    const replaced = new Map(directives.filter(({ verb }) => verb === "replace").map(replacement));
    const required = directives.filter(({ verb }) => verb === "require").map(requirement);
    return {
      packages: required.map((one) => withReplacement(one, replaced)),
      complete: listsAll(directives),
    };
  },
};

/** From Go 1.17 on it lists what its modules need in turn. */
function listsAll(directives: readonly Directive[]): boolean {
  const version = directives.find(({ verb }) => verb === "go")?.words[0] ?? "1.16";
  const [major = 1, minor = 16] = version.split(".").map(Number);
  return major > 1 || minor >= 17;
}

function directivesOf(text: string): Directive[] {
  const directives: Directive[] = [];
  let block: { readonly verb: string; readonly line: number } | undefined;
  for (const [index, raw] of text.split("\n").entries()) {
    const line = index + 1;
    const words =
      raw
        .replace(/\/\/.*$/, "")
        .match(/"[^"]*"|`[^`]*`|\S+/g)
        ?.map(unquoted) ?? [];
    const [first = "", ...rest] = words;
    if (words.length === 0) continue;
    if (block !== undefined && first === ")") block = undefined;
    else if (block !== undefined) directives.push({ verb: block.verb, words, line });
    else if (rest[0] === "(" && rest.length === 1) block = { verb: first, line };
    else if (/^[a-z]+$/.test(first)) directives.push({ verb: first, words: rest, line });
    else throw new Malformed("is not a directive of go.mod", line);
  }
  if (block !== undefined) throw new Malformed("opens a block that is not closed", block.line);
  return directives;
}

function unquoted(word: string): string {
  return word.replace(/^(["`])(.*)\1$/, "$2");
}

function requirement({ words, line }: Directive): UsedPackage {
  const [name, version, ...more] = words;
  if (name === undefined || version === undefined || !version.startsWith("v") || more.length > 0)
    throw new Malformed("requires something other than a module and its version", line);
  return { type: "golang", name, version: exactly(version), place: { line } };
}

/** `replace a [v1] => b v2`, or `=> ./folder`. */
function replacement({ words, line }: Directive): [module: string, version: StatedVersion] {
  const arrow = words.indexOf("=>");
  const [name, of] = words.slice(0, Math.max(arrow, 0));
  const [by, version] = words.slice(arrow + 1);
  if (name === undefined || by === undefined) throw new Malformed("replaces a module with nothing", line);
  const key = of === undefined ? name : `${name}@${of}`;
  return [key, version === undefined ? unstated(`replaced by ${by}`) : exactly(version)];
}

function withReplacement(used: UsedPackage, replaced: ReadonlyMap<string, StatedVersion>): UsedPackage {
  const version = replaced.get(`${used.name}@${used.version.text}`) ?? replaced.get(used.name);
  return version === undefined ? used : { ...used, version };
}
