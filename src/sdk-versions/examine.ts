import { valid, type Parsed } from "../model/problems.ts";
import type { JudgedPackage } from "./judge.ts";
import type { ExaminedFile } from "./examined-file.ts";
import { judgeScan, scanFile } from "./scan.ts";
import type { WayName } from "../model/way.ts";

/** Reads and judges a lock file or SBOM by itself; the problem names the place in it. */
export function examineFile(path: string, text: string, ways: readonly WayName[]): Parsed<ExaminedFile> {
  const scanned = scanFile(path, text);
  if (!scanned.ok) return scanned;
  const [file] = judgeScan([scanned.value], ways);
  if (file === undefined) throw new Error("a file that was read was not evaluated");
  return valid(file);
}

/** Whether any way that was asked for is closed to this version. */
export function isTooOld({ verdicts }: JudgedPackage): boolean {
  return verdicts.some(({ verdict }) => verdict === "too-old");
}

/** Whether it can't be determined, and nothing is known to be too old. */
export function isUnknown(judged: JudgedPackage): boolean {
  return !isTooOld(judged) && judged.verdicts.some(({ verdict }) => verdict === "unknown");
}
