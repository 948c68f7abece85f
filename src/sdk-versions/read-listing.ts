import { invalid, valid, type Parsed } from "../model/problems.ts";
import type { Listing } from "./listing.ts";
import { bunLock } from "./readers/bun-lock.ts";
import { composerLock } from "./readers/composer-lock.ts";
import { conanLock } from "./readers/conan-lock.ts";
import { cyclonedxXml } from "./readers/cyclonedx-xml.ts";
import { denoLock } from "./readers/deno-lock.ts";
import { depsJson } from "./readers/deps-json.ts";
import { gemfile } from "./readers/gemfile.ts";
import { gemfileLock } from "./readers/gemfile-lock.ts";
import { goMod } from "./readers/go-mod.ts";
import { goSum } from "./readers/go-sum.ts";
import { gradleBuildLock, gradleLock } from "./readers/gradle-lock.ts";
import { Malformed } from "./readers/malformed.ts";
import { msbuild, packagesConfig } from "./readers/msbuild.ts";
import { nugetLock } from "./readers/nuget-lock.ts";
import { cargoToml, composerJson } from "./readers/other-declarations.ts";
import { packageJson } from "./readers/package-json.ts";
import { packageLock } from "./readers/package-lock.ts";
import { pipfileLock } from "./readers/pipfile-lock.ts";
import { pnpmLock } from "./readers/pnpm-lock.ts";
import { pom } from "./readers/pom.ts";
import { pipfile, pyproject } from "./readers/pyproject.ts";
import type { Reader } from "./readers/reader.ts";
import { requirements } from "./readers/requirements.ts";
import { sbom } from "./readers/sbom.ts";
import { spdxTagValue } from "./readers/spdx-tag-value.ts";
import { cargoLock, pythonLock } from "./readers/toml-lock.ts";
import { versionCatalog } from "./readers/version-catalog.ts";
import { yarnLock } from "./readers/yarn-lock.ts";

/** SBOMs, which folders hold under any name. */
const SBOMS: readonly Reader[] = [sbom, cyclonedxXml, spdxTagValue];

/** In the order in which an unnamed text is tried. */
const READERS: readonly Reader[] = [
  ...SBOMS,
  bunLock,
  packageLock,
  composerLock,
  pipfileLock,
  nugetLock,
  depsJson,
  denoLock,
  conanLock,
  packagesConfig,
  msbuild,
  pom,
  cargoLock,
  pythonLock,
  versionCatalog,
  pyproject,
  pnpmLock,
  yarnLock,
  gradleLock,
  gradleBuildLock,
  gemfileLock,
  goMod,
  goSum,
  requirements,
  packageJson,
  composerJson,
  cargoToml,
  pipfile,
  gemfile,
];

/** Every format that is read, for help and errors. */
export const FORMATS: readonly string[] = READERS.map(({ format }) => format);

/** The reader of a file of this path, by its name. */
export function readerNamed(path: string): Reader | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return READERS.find(
    ({ fileName, folderAndName }) => fileName.test(name) || folderAndName?.test(path) === true,
  );
}

/** Whether a file of this name may be an SBOM that is named as people like. */
export function mayBeSbom(name: string): boolean {
  return /\.(json|xml|spdx|cdx|txt|tag|sbom)$/i.test(name);
}

/** Whether the beginning and the end of a file are those of an SBOM. */
export function isSbom(ends: string): boolean {
  return SBOMS.some(({ looksLike }) => looksLike(ends));
}

/** A file that was read, and as what. */
export interface ReadListing {
  readonly reader: Reader;
  readonly listing: Listing;
}

/** Reads a file (lines end in `\n`), told by its path or else by what it holds. */
export function readListing(path: string, plain: string, as?: Reader): Parsed<ReadListing> {
  const reader = as ?? readerNamed(path) ?? READERS.find(({ looksLike }) => looksLike(plain));
  if (plain.trim() === "" && reader?.mayBeEmpty !== true) return invalid("is empty");
  if (reader === undefined) return invalid(`is not a supported file; supported are ${FORMATS.join(", ")}`);
  try {
    return valid({ reader, listing: reader.read(plain) });
  } catch (error) {
    if (error instanceof Malformed) return invalid(error.message);
    // The stack, of calls or of a pattern, is used up, or a text would be longer than there can be.
    if (error instanceof RangeError) return invalid("is too large or too deeply nested");
    throw error;
  }
}
