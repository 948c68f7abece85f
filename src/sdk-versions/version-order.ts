import { DISTRIBUTIONS } from "./used-package.ts";

/** Whether a version is older than another, neither being read by its ecosystem's finer rules. */
export type Order = "older" | "not-older" | "unknown";

/** What follows the numbers of a release that is not a pre-release: `.post1` (Python), `.Final` and `-1` (Maven). */
const RELEASED = /^[.-]?(post\d*|final|ga|release|r\d+|\d+)$/i;

interface ReadVersion {
  readonly numbers: readonly number[];
  readonly isPreRelease: boolean;
}

/**
 * Compares a version with a minimum of plain numbers, as all of AWS's are: number by number, a missing one being 0; a
 * pre-release comes before its release. That is what semver, PEP 440, Maven, RubyGems, NuGet, Composer, Cargo, Go and
 * the distributions agree on.
 */
export function orderAgainst(version: string, minimum: string, type: string): Order {
  const left = read(version, type);
  const right = read(minimum, type);
  if (left === undefined || right === undefined) return "unknown";
  const difference = compareNumbers(left.numbers, right.numbers);
  if (difference !== 0) return difference < 0 ? "older" : "not-older";
  return left.isPreRelease ? "older" : "not-older";
}

/** The first number of a version; `undefined` if it has none. */
export function majorOf(version: string, type: string): number | undefined {
  return read(version, type)?.numbers[0];
}

function read(text: string, type: string): ReadVersion | undefined {
  // Their versions carry the distribution's own revision, as `1.26.27+dfsg-1` or `2.15.0-r0`.
  const isDistribution = DISTRIBUTIONS.has(type);
  const plain = isDistribution ? text.trim().replace(/^\d+:/, "") : text.trim();
  const [, digits, rest = ""] = /^[v=]?(\d+(?:\.\d+)*)(.*)$/i.exec(plain) ?? [];
  if (digits === undefined) return undefined;
  const numbers = digits.split(".").map(Number);
  return { numbers, isPreRelease: isPreRelease(rest.replace(/\+.*$/, ""), type, isDistribution) };
}

function isPreRelease(rest: string, type: string, isDistribution: boolean): boolean {
  if (isDistribution) return /^(~|_(alpha|beta|pre|rc))/.test(rest);
  // Semver's `-1` is a pre-release, Maven's is not.
  if (type === "npm" || type === "cargo" || type === "golang") return rest.startsWith("-");
  return rest !== "" && !RELEASED.test(rest);
}

function compareNumbers(left: readonly number[], right: readonly number[]): number {
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
