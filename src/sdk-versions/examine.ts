import { valid, type Parsed } from "../model/problems.ts";
import { judgeListing, missingCompanions, type JudgedPackage } from "./judge.ts";
import { readListing } from "./read-listing.ts";
import type { Sdk, Way } from "./sdks.ts";

/** What one file says about AWS SDKs. */
export interface ExaminedFile {
  readonly packages: readonly JudgedPackage[];
  /** SDKs that can't do IRSA for want of a package that the file, which lists all, does not list. */
  readonly lacking: readonly { readonly sdk: Sdk; readonly companion: string }[];
}

/** Reads and judges a lock file or SBOM; the problem names the place in it. */
export function examineFile(name: string, text: string, ways: readonly Way[]): Parsed<ExaminedFile> {
  const plain = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const listing = readListing(name, plain);
  if (!listing.ok) return listing;
  return valid({
    packages: judgeListing(listing.value, plain, ways),
    lacking: ways.includes("irsa") ? missingCompanions(listing.value) : [],
  });
}

/** Whether any way that was asked for is closed to this version. */
export function isTooOld({ verdicts }: JudgedPackage): boolean {
  return verdicts.some(({ verdict }) => verdict === "too-old");
}

/** Whether it can't be told, and nothing is known to be too old. */
export function isUnknown(judged: JudgedPackage): boolean {
  return !isTooOld(judged) && judged.verdicts.some(({ verdict }) => verdict === "unknown");
}
