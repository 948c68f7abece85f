import type { UsedPackage } from "../used-package.ts";
import { isObject, objectsAt, readJsonObject, textAt, type JsonObject } from "./json.ts";
import { Malformed } from "./malformed.ts";
import { namedPackage } from "./purl.ts";
import type { Reader } from "./reader.ts";

/**
 * SBOMs in JSON as image scanners write them: CycloneDX 1.x, SPDX 2.x and 3.0, also inside an in-toto statement, as
 * attestations carry them. Sources: CycloneDX "JSON reference"; SPDX 2.3 and 3.0.1; in-toto "Statement v1".
 */
export const sbom: Reader = {
  format: "CycloneDX or SPDX JSON",
  fileName: /(^|[._-])s?bom\.json$|[.-](cdx|spdx3?)\.json$/i,
  looksLike: (text) =>
    /"bomFormat"\s*:\s*"CycloneDX"|"spdxVersion"\s*:\s*"SPDX-|"SPDXID"\s*:\s*"SPDXRef-DOCUMENT"|"predicateType"\s*:\s*"https:\/\/(spdx\.dev|cyclonedx\.org)|https:\/\/spdx\.org\/rdf\/3|"SPDX"\s*:\s*\{/.test(
      text,
    ),
  read: (text) => ({ packages: packagesOf(unwrapped(readJsonObject(text))), complete: true }),
};

/** The SBOM in an in-toto statement, or in what `docker buildx imagetools inspect` prints. */
function unwrapped(document: JsonObject): JsonObject {
  const inner = document["predicate"] ?? document["SPDX"];
  return isObject(inner) ? inner : document;
}

function packagesOf(document: JsonObject): UsedPackage[] {
  if (document["bomFormat"] === "CycloneDX") return objectsAt(document, "components").flatMap(ofComponent);
  if (textAt(document, "spdxVersion") !== undefined)
    return objectsAt(document, "packages").flatMap(ofSpdxPackage);
  if (Array.isArray(document["@graph"])) return objectsAt(document, "@graph").flatMap(ofSpdxElement);
  throw new Malformed(
    "is neither CycloneDX nor SPDX; use syft -o cyclonedx-json or trivy --format cyclonedx",
  );
}

/** Components may hold components; those left out of the built thing are marked `excluded`. */
function ofComponent(component: JsonObject): UsedPackage[] {
  const inner = objectsAt(component, "components").flatMap(ofComponent);
  if (component["scope"] === "excluded") return inner;
  return [...found(textAt(component, "purl"), component, "version", textAt(component, "group")), ...inner];
}

function ofSpdxPackage(spdx: JsonObject): UsedPackage[] {
  const reference = objectsAt(spdx, "externalRefs").find(({ referenceType }) => referenceType === "purl");
  return found(reference && textAt(reference, "referenceLocator"), spdx, "versionInfo");
}

/** SPDX 3.0: a graph of elements. */
function ofSpdxElement(element: JsonObject): UsedPackage[] {
  if (element["type"] !== "software_Package") return [];
  const identifier = objectsAt(element, "externalIdentifier").find(
    ({ externalIdentifierType }) => externalIdentifierType === "packageURL",
  );
  const purl = textAt(element, "software_packageUrl") ?? (identifier && textAt(identifier, "identifier"));
  return found(purl, element, "software_packageVersion");
}

function found(purl: string | undefined, of: JsonObject, versionKey: string, group?: string): UsedPackage[] {
  const name = textAt(of, "name");
  const mark = JSON.stringify(purl ?? name ?? "");
  return namedPackage({ purl, group, name, version: textAt(of, versionKey) }, { marks: [mark] });
}
