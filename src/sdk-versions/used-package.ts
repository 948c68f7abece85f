/** A package that a lock file or SBOM names. */
export interface UsedPackage {
  /** The type of its package URL: `npm`, `pypi`, `golang`, …; `any` where it is not said. Source: purl-spec, "PURL types". */
  readonly type: string;
  /** With its namespace, as `@aws-sdk/client-s3` or `software.amazon.awssdk/s3`; without a distribution's. */
  readonly name: string;
  readonly version: StatedVersion;
  readonly place: Place;
  /** Poetry's and PDM's groups that ask for it. */
  readonly groups?: readonly string[];
}

/** What a file says of a version: exactly one, or bounds, or nothing that can be compared. `text` is shown. */
export interface StatedVersion {
  readonly text: string;
  /** The lowest that is allowed. */
  readonly from?: string;
  /** The highest that is allowed. */
  readonly to?: { readonly version: string; readonly included: boolean };
}

/** Where a package is in its file: by line (from 1), or by texts that lead there, each behind the one before. */
export type Place = { readonly line: number } | { readonly marks: readonly string[] };

/** Exactly this version. */
export function exactly(version: string): StatedVersion {
  return { text: version, from: version, to: { version, included: true } };
}

/** No version that can be compared; the text says why. */
export function unstated(text: string): StatedVersion {
  return { text };
}

/** Exactly this version, where the file says one. */
export function exactlyIfStated(version: string | undefined): StatedVersion {
  return version === undefined ? unstated("no version given") : exactly(version);
}

/** Types of packages that distributions make of a program: their versions and namespaces are the distribution's own. */
export const DISTRIBUTIONS: ReadonlySet<string> = new Set(["apk", "deb", "rpm", "alpm"]);

/**
 * Finds the lines, from 1, of places in a text; `undefined` where one can't be found or all stands on one line. SBOMs
 * have hundreds of thousands of lines, so they are counted once.
 */
export function lineFinder(text: string): (place: Place) => number | undefined {
  const ends: number[] = [];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) ends.push(at);
  const isOneLine = ends.length === 0 || (ends.length === 1 && ends[0] === text.length - 1);
  let misses = 0;
  return (place) => {
    if ("line" in place) return place.line;
    // A text that writes its names in another way would be searched to its end for each.
    if (isOneLine || misses > MOST_MISSES) return undefined;
    let at = 0;
    for (const mark of place.marks) {
      at = text.indexOf(mark, at);
      if (at < 0) {
        misses += 1;
        return undefined;
      }
    }
    return endsBefore(ends, at) + 1;
  };
}

/** Places of a text that are looked for without effect, after which no more are. */
const MOST_MISSES = 100;

/** How many of the ascending offsets are below this one. */
function endsBefore(ends: readonly number[], offset: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
