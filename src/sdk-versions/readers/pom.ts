import type { Element } from "@xmldom/xmldom";
import { effectivePackages } from "../maven.ts";
import { Malformed } from "./malformed.ts";
import type { Pom, PomDependency } from "./pom-model.ts";
import type { Reader } from "./reader.ts";
import { childOf, childrenOf, childText, lineOf, readXml, textOf } from "./xml.ts";

/**
 * Maven's project file. What parents and imported BOMs say is known where they are read too. Tests' and plugins'
 * dependencies are left out; those of profiles are not, as any may be on. Source: Maven, "POM Reference".
 */
export const pom: Reader = {
  format: "pom.xml",
  ecosystem: "maven",
  fileName: /^pom\.xml$|\.pom$/,
  looksLike: (text) =>
    /<project[\s>]/.test(text) && !/<(ItemGroup|PropertyGroup)[\s>]|<Project[\s>]/.test(text),
  read: (text) => {
    const project = readXml(text).documentElement;
    if (project?.localName !== "project") throw new Malformed("is not a Maven project");
    const read = readPom(project);
    return { packages: effectivePackages(read), complete: false, pom: read };
  },
};

function readPom(project: Element): Pom {
  const parent = childOf(project, "parent");
  const parts = [project, ...childrenOf(project, "profiles").flatMap((all) => childrenOf(all, "profile"))];
  return {
    own: {
      group: childText(project, "groupId"),
      artifact: childText(project, "artifactId"),
      version: childText(project, "version"),
    },
    parent: parent && {
      group: childText(parent, "groupId") ?? "",
      artifact: childText(parent, "artifactId") ?? "",
      version: childText(parent, "version"),
      relativePath: childText(parent, "relativePath") ?? "../pom.xml",
    },
    // The project's own come last, so that they win over those of profiles.
    properties: new Map(parts.toReversed().flatMap(propertiesOf)),
    managed: parts.flatMap((part) => {
      const management = childOf(part, "dependencyManagement");
      return management === undefined ? [] : dependenciesOf(management);
    }),
    dependencies: parts.flatMap(dependenciesOf),
  };
}

function propertiesOf(part: Element): [string, string][] {
  const all = childOf(part, "properties");
  return all === undefined ? [] : childrenOf(all).map((element) => [element.tagName, textOf(element)]);
}

function dependenciesOf(holder: Element): PomDependency[] {
  const all = childOf(holder, "dependencies");
  return all === undefined ? [] : childrenOf(all, "dependency").map(readDependency);
}

function readDependency(element: Element): PomDependency {
  const group = childText(element, "groupId");
  const artifact = childText(element, "artifactId");
  const line = lineOf(element);
  if (group === undefined || artifact === undefined)
    throw new Malformed("a <dependency> lacks groupId or artifactId", line);
  return {
    group,
    artifact,
    version: childText(element, "version"),
    scope: childText(element, "scope"),
    line,
  };
}
