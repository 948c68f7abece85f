import { PackageURL } from "packageurl-js";
import { DISTRIBUTIONS, exactlyIfStated, type Place, type UsedPackage } from "../used-package.ts";

/** What an SBOM says of a package. */
export interface StatedPackage {
  readonly purl: string | undefined;
  readonly group?: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/**
 * The package that an SBOM states: by its package URL, or by its name where it has none, which can be that of any
 * ecosystem's package. Source: purl-spec (ECMA-427).
 */
export function namedPackage({ purl, group, name, version }: StatedPackage, place: Place): UsedPackage[] {
  const url = purl === undefined ? undefined : parse(purl);
  if (url?.type !== undefined && url.name !== undefined) {
    const own = url.namespace === undefined || DISTRIBUTIONS.has(url.type);
    const stated = url.version ?? version;
    return [
      {
        type: url.type,
        name: own ? url.name : `${url.namespace}${url.type === "maven" ? ":" : "/"}${url.name}`,
        version: exactlyIfStated(stated),
        place,
      },
    ];
  }
  if (name === undefined) return [];
  return [
    {
      type: "any",
      name:
        group === undefined || group === "" ? name : `${group}${group.startsWith("@") ? "/" : ":"}${name}`,
      version: exactlyIfStated(version),
      place,
    },
  ];
}

function parse(purl: string): PackageURL | undefined {
  try {
    return PackageURL.fromString(purl);
  } catch {
    // Scanners list odd packages too; a component that can't be identified keeps its name.
    return undefined;
  }
}
