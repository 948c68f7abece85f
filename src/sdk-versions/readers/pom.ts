import { DOMParser, ParseError, type Document, type Element } from "@xmldom/xmldom";
import { exactly, unstated, type StatedVersion, type UsedPackage } from "../used-package.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/** BOMs that give versions to all artifacts of their own group. */
const BOMS = new Set(["bom", "bom-internal", "aws-java-sdk-bom"]);

interface Dependency {
  readonly group: string;
  readonly artifact: string;
  readonly version: string | undefined;
  readonly scope: string | undefined;
  readonly managed: boolean;
  readonly line: number;
}

/**
 * Maven's project file, as far as it says versions itself: literal, by its own properties, or by its
 * dependencyManagement; not by a parent. Tests' and plugins' dependencies are left out. Source: Maven, "POM Reference".
 */
export const pom: Reader = {
  format: "pom.xml",
  fileName: /^pom\.xml$|\.pom$/,
  looksLike: (text) => /<project[\s>]/.test(text),
  read: (text) => {
    const document = readXml(text);
    const properties = propertiesOf(document);
    const all = [...document.getElementsByTagName("dependency")]
      .filter((element) => !isInside(element, "plugin"))
      .map((element) => readDependency(element, properties));
    const managed = all.filter((one) => one.managed);
    const used = all.filter((one) => one.scope !== "test" && (!one.managed || one.scope === "import"));
    return { packages: used.map((one) => asPackage(one, managed)), complete: false };
  },
};

function readXml(text: string): Document {
  try {
    return new DOMParser({ onError: stopAtError }).parseFromString(text, "text/xml");
  } catch (error) {
    if (error instanceof ParseError) throw notXml(error.locator);
    throw error;
  }
}

function stopAtError(level: string, _message: string, { locator }: { locator?: Locator }): void {
  if (level !== "warning") throw notXml(locator);
}

interface Locator {
  readonly lineNumber?: number;
  readonly columnNumber?: number;
}

/** The library's message quotes what it did not expect. */
function notXml(locator: Locator | undefined): Malformed {
  return new Malformed("is not valid XML", locator?.lineNumber, locator?.columnNumber);
}

function propertiesOf(document: Document): Map<string, string> {
  const elements = [...document.getElementsByTagName("properties")].flatMap(childrenOf);
  return new Map(elements.map((element) => [element.tagName, textOf(element)]));
}

function readDependency(element: Element, properties: ReadonlyMap<string, string>): Dependency {
  const line = element.lineNumber ?? 1;
  const child = (name: string): string | undefined => {
    const found = childrenOf(element).find(({ tagName }) => tagName === name);
    return found && resolved(textOf(found), properties);
  };
  const group = child("groupId");
  const artifact = child("artifactId");
  if (group === undefined || artifact === undefined)
    throw new Malformed("a <dependency> lacks groupId or artifactId", line);
  const managed = isInside(element, "dependencyManagement");
  return { group, artifact, version: child("version"), scope: child("scope"), managed, line };
}

function resolved(text: string, properties: ReadonlyMap<string, string>, depth = 0): string {
  if (depth > 8) return text;
  const next = text.replace(/\$\{([^}]+)\}/g, (whole, key: string) => properties.get(key) ?? whole);
  return next === text ? text : resolved(next, properties, depth + 1);
}

function asPackage(
  { group, artifact, version, line }: Dependency,
  managed: readonly Dependency[],
): UsedPackage {
  const by =
    managed.find((one) => one.group === group && one.artifact === artifact) ??
    managed.find((one) => one.group === group && one.scope === "import" && BOMS.has(one.artifact));
  const stated = version ?? by?.version;
  return {
    type: "maven",
    name: `${group}:${artifact}`,
    version:
      stated === undefined ? unstated("its version comes from a parent or a BOM") : statedVersion(stated),
    place: { line },
  };
}

/** A literal version, or a range as `[2.20,3.0)`. */
function statedVersion(text: string): StatedVersion {
  if (text.includes("${")) return unstated(text);
  const [, opening, from, comma, to, closing] = /^([[(])([^,\])]*)(,?)([^\])]*)([\])])$/.exec(text) ?? [];
  if (opening === undefined) return exactly(text);
  if (comma === "") return { ...exactly(from ?? ""), text };
  return {
    text,
    ...(from !== undefined && from !== "" && { from }),
    ...(to !== undefined && to !== "" && { to: { version: to, included: closing === "]" } }),
  };
}

function childrenOf(element: Element): Element[] {
  return [...element.childNodes].filter((node): node is Element => node.nodeType === node.ELEMENT_NODE);
}

function textOf(element: Element): string {
  return (element.textContent ?? "").trim();
}

function isInside(element: Element, ancestor: string): boolean {
  const { parentNode } = element;
  if (parentNode === null || !("tagName" in parentNode)) return false;
  return parentNode.tagName === ancestor || isInside(parentNode as Element, ancestor);
}
