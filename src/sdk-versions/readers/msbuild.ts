import type { Element } from "@xmldom/xmldom";
import { unstated, type StatedVersion, type UsedPackage } from "../used-package.ts";
import { Malformed } from "./malformed.ts";
import { mavenRange } from "./maven-range.ts";
import type { Reader } from "./reader.ts";
import { childrenOf, childText, lineOf, readXml, textOf } from "./xml.ts";

/**
 * What a .NET project asks for (csproj and its like), or a folder's projects (Directory.Packages.props,
 * Directory.Build.props). Source: NuGet docs, "PackageReference", "Central Package Management".
 */
export const msbuild: Reader = {
  format: "csproj",
  ecosystem: "nuget",
  fileName: /\.(cs|fs|vb)proj$|^Directory\.(Packages|Build)\.(props|targets)$/i,
  looksLike: (text) => /<Project[\s>]/.test(text) && /<(ItemGroup|PropertyGroup)[\s>]/.test(text),
  read: (text) => {
    const project = rootOf(text, "Project");
    const properties = new Map(
      childrenOf(project, "PropertyGroup").flatMap((group) =>
        childrenOf(group).map((one): [string, string] => [one.localName ?? "", textOf(one)]),
      ),
    );
    const items = childrenOf(project, "ItemGroup").flatMap((group) => childrenOf(group));
    const central = items.filter(({ localName }) => localName === "PackageVersion");
    return {
      packages: items
        .filter(({ localName }) => localName === "PackageReference" || localName === "GlobalPackageReference")
        .flatMap((item) => ofReference(item, properties)),
      complete: false,
      isDeclaration: true,
      properties,
      centralVersions: new Map(
        central.flatMap((item): [string, string][] => {
          const [name, version] = [nameOf(item), attribute(item, "Version")];
          return name === undefined || version === undefined
            ? []
            : [[name.toLowerCase(), inserted(version, properties)]];
        }),
      ),
    };
  },
};

/** NuGet's older list. Source: NuGet docs, "packages.config". */
export const packagesConfig: Reader = {
  format: "packages.config",
  ecosystem: "nuget",
  fileName: /^packages\.config$/i,
  looksLike: (text) => /<packages>\s*<package\s/.test(text),
  read: (text) => {
    const packages = childrenOf(rootOf(text, "packages"), "package").flatMap((item): UsedPackage[] => {
      const name = item.getAttribute("id");
      if (name === null) throw new Malformed("a <package> has no 'id'", lineOf(item));
      if (item.getAttribute("developmentDependency") === "true") return [];
      return [used(name, item.getAttribute("version") ?? undefined, item)];
    });
    return { packages, complete: true };
  },
};

function rootOf(text: string, name: string): Element {
  const root = readXml(text).documentElement;
  if (root?.localName !== name) throw new Malformed(`its root is not <${name}>`);
  return root;
}

/** What is private to the build (`PrivateAssets="all"`) is not in the built application. */
function ofReference(item: Element, properties: ReadonlyMap<string, string>): UsedPackage[] {
  const name = nameOf(item);
  if (name === undefined || name === "" || attribute(item, "PrivateAssets")?.toLowerCase() === "all")
    return [];
  const version = attribute(item, "VersionOverride") ?? attribute(item, "Version");
  return [used(name, version && inserted(version, properties), item)];
}

function nameOf(item: Element): string | undefined {
  return item.getAttribute("Include") ?? item.getAttribute("Update") ?? undefined;
}

/** An attribute, or an element of its name inside. */
function attribute(item: Element, name: string): string | undefined {
  return item.getAttribute(name) ?? childText(item, name);
}

/** A text with its `$(Properties)` put in, as far as they are known. */
export function inserted(text: string, properties: ReadonlyMap<string, string>): string {
  let result = text;
  for (let i = 0; i < 8 && result.length < 1_000; i++)
    result = result.replace(
      /\$\(([\w.]+)\)/g,
      (whole, key: string) => shortValue(properties.get(key)) ?? whole,
    );
  return result;
}

/** A value of thousands of characters is not part of a version. */
function shortValue(value: string | undefined): string | undefined {
  return value !== undefined && value.length <= 1_000 ? value : undefined;
}

function used(name: string, version: string | undefined, item: Element): UsedPackage {
  return { type: "nuget", name, version: nugetVersion(version), place: { line: lineOf(item) } };
}

/** `1.2.3` is what NuGet takes if nothing else asks for more; `1.2.*` floats. */
export function nugetVersion(version: string | undefined): StatedVersion {
  if (version === undefined || version === "") return unstated("its version is given elsewhere");
  if (version.includes("*")) return { text: version, from: version.replace(/\.?\*.*$/, "") || "0" };
  return mavenRange(version);
}
