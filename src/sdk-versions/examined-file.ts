import type { JudgedPackage } from "./judge.ts";
import type { Sdk } from "./sdks.ts";

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
