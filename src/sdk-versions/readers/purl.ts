import { PackageURL } from "packageurl-js";
import { exactly, unstated, type UsedPackage } from "../used-package.ts";

/** Types whose namespace is a distribution, as `debian`. */
const DISTRIBUTIONS = new Set(["apk", "deb", "rpm", "alpm"]);

/** The package that a package URL names; `undefined` for a text that is none. Source: purl-spec (ECMA-427). */
export function packageOfPurl(purl: string, version: string | undefined): UsedPackage | undefined {
  const url = parse(purl);
  if (url?.type === undefined || url.name === undefined) return undefined;
  const { type, namespace, name } = url;
  const stated = url.version ?? version;
  return {
    type,
    name: namespace === undefined || DISTRIBUTIONS.has(type) ? name : joined(type, namespace, name),
    version: stated === undefined ? unstated("no version is stated") : exactly(stated),
    place: { marks: [JSON.stringify(purl)] },
  };
}

/** As the package's own users write it. */
function joined(type: string, namespace: string, name: string): string {
  return `${namespace}${type === "maven" ? ":" : "/"}${name}`;
}

function parse(purl: string): PackageURL | undefined {
  try {
    return PackageURL.fromString(purl);
  } catch {
    // SBOMs hold what scanners made of odd packages; one that can't be named is no SDK.
    return undefined;
  }
}
