import type { Element } from "@xmldom/xmldom";
import type { UsedPackage } from "../used-package.ts";
import { Malformed } from "./malformed.ts";
import { namedPackage } from "./purl.ts";
import type { Reader } from "./reader.ts";
import { childOf, childrenOf, childText, lineOf, readXml } from "./xml.ts";

/** An SBOM of CycloneDX 1.x in XML. Source: CycloneDX "XML reference". */
export const cyclonedxXml: Reader = {
  format: "CycloneDX XML",
  fileName: /(^|[._-])s?bom\.xml$|[.-]cdx\.xml$/i,
  looksLike: (text) => text.includes("http://cyclonedx.org/schema/bom/"),
  read: (text) => {
    const bom = readXml(text).documentElement;
    if (bom?.localName !== "bom") throw new Malformed("is not a CycloneDX SBOM: its root is not <bom>");
    return { packages: packagesOf(bom), complete: true };
  },
};

/** With a stack of its own, as components may nest as deep as the file is long. */
function packagesOf(bom: Element): UsedPackage[] {
  const packages: UsedPackage[] = [];
  const open = componentsIn(bom).toReversed();
  for (let component = open.pop(); component !== undefined; component = open.pop()) {
    for (const one of ofComponent(component)) packages.push(one);
    for (const inner of componentsIn(component).toReversed()) open.push(inner);
  }
  return packages;
}

function componentsIn(holder: Element): Element[] {
  const components = childOf(holder, "components");
  return components === undefined ? [] : childrenOf(components, "component");
}

function ofComponent(component: Element): UsedPackage[] {
  if (childText(component, "scope") === "excluded") return [];
  const stated = {
    purl: childText(component, "purl"),
    group: childText(component, "group"),
    name: childText(component, "name"),
    version: childText(component, "version"),
  };
  return namedPackage(stated, { line: lineOf(component) });
}
