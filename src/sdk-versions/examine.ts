import { valid, type Parsed } from "../model/problems.ts";
import type { JudgedPackage } from "./judge.ts";
import { judgeScan, scanFile } from "./scan.ts";
import type { Sdk, CredentialSource } from "./sdks.ts";

/** What one file says about AWS SDKs. */
export interface ExaminedFile {
  readonly path: string;
  /** What kind of file it is, as `package-lock.json`. */
  readonly format: string;
  /** Whether it lists what its packages need in turn. */
  readonly isComplete: boolean;
  readonly packages: readonly JudgedPackage[];
  /** SDKs that can't do IRSA for want of a package that the file, which lists all, does not list. */
  readonly lacking: readonly { readonly sdk: Sdk; readonly companion: string }[];
}

/** Reads and judges a lock file or SBOM by itself; the problem names the place in it. */
export function examineFile(
  path: string,
  text: string,
  ways: readonly CredentialSource[],
): Parsed<ExaminedFile> {
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

/** Whether it can't be told, and nothing is known to be too old. */
export function isUnknown(judged: JudgedPackage): boolean {
  return !isTooOld(judged) && judged.verdicts.some(({ verdict }) => verdict === "unknown");
}
