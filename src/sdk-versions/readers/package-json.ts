import type { UsedPackage } from "../used-package.ts";
import { unstated } from "../used-package.ts";
import { NPM_RANGES, rangeBounds } from "./declared.ts";
import { isObject, readJsonObject } from "./json.ts";
import type { Reader } from "./reader.ts";

/** What a Node project asks for, less `devDependencies`; its lock file is believed where there is one. Source: npm docs, "package.json". */
export const packageJson: Reader = {
  format: "package.json",
  ecosystem: "npm",
  fileName: /^package\.json$/,
  looksLike: () => false,
  read: (text) => {
    const declared = readJsonObject(text);
    const packages = ["dependencies", "optionalDependencies", "peerDependencies"].flatMap((member) => {
      const wanted = declared[member];
      return isObject(wanted) ? Object.entries(wanted).map(([name, range]) => used(member, name, range)) : [];
    });
    return { packages, complete: false, isDeclaration: true };
  },
};

function used(member: string, key: string, range: unknown): UsedPackage {
  const stated = typeof range === "string" ? range : "";
  const [, aliased, of] = /^npm:((?:@[^/@]+\/)?[^/@]+)(?:@(.+))?$/.exec(stated) ?? [];
  const text = aliased === undefined ? stated : (of ?? "*");
  // Paths, repositories, tags and `workspace:` name no version; addresses may hold passwords.
  const version = /^[\w-]+:|\/\//.test(text)
    ? unstated("its version is not given here")
    : rangeBounds(text, NPM_RANGES);
  return {
    type: "npm",
    name: aliased ?? key,
    version,
    place: { marks: [`"${member}"`, JSON.stringify(key)] },
  };
}
