import { invalid, valid, type Parsed } from "../model/problems.ts";
import type { Listing } from "./judge.ts";
import { composerLock } from "./readers/composer-lock.ts";
import { gemfileLock } from "./readers/gemfile-lock.ts";
import { goMod } from "./readers/go-mod.ts";
import { Malformed } from "./readers/malformed.ts";
import { nugetLock } from "./readers/nuget-lock.ts";
import { packageLock } from "./readers/package-lock.ts";
import { pom } from "./readers/pom.ts";
import type { Reader } from "./readers/reader.ts";
import { requirements } from "./readers/requirements.ts";
import { sbom } from "./readers/sbom.ts";
import { cargoLock, pythonLock } from "./readers/toml-lock.ts";

/** In the order in which an unnamed text is tried. */
const READERS: readonly Reader[] = [
  sbom,
  packageLock,
  composerLock,
  nugetLock,
  pom,
  cargoLock,
  pythonLock,
  gemfileLock,
  goMod,
  requirements,
];

/** Every format that is read, for help and errors. */
export const FORMATS: readonly string[] = READERS.map(({ format }) => format);

/** Whether a file of a folder is one of those that we read, by its name. */
export function isListingName(name: string): boolean {
  return READERS.some(({ fileName }) => fileName.test(name));
}

/** Reads a lock file or SBOM (lines end in `\n`), told by its file's name or else by what it holds. */
export function readListing(name: string, plain: string): Parsed<Listing> {
  if (plain.trim() === "") return invalid("is empty");
  const reader =
    READERS.find(({ fileName }) => fileName.test(name)) ?? READERS.find(({ looksLike }) => looksLike(plain));
  if (reader === undefined) return invalid(`is none of the files that can be read: ${FORMATS.join(", ")}`);
  try {
    return valid(reader.read(plain));
  } catch (error) {
    if (error instanceof Malformed) return invalid(error.message);
    throw error;
  }
}
